package io.flywheel.testing;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import io.flywheel.Main;
import io.flywheel.counting.OccurrenceSource;
import io.flywheel.counting.RecordedEvent;
import io.flywheel.engine.ProfileSection;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.ViewerSection;
import io.flywheel.platform.config.Settings;
import io.flywheel.program.CheckedProgram;
import io.flywheel.program.CompiledProgram;
import io.flywheel.program.Programs;
import io.flywheel.reward.RewardKinds;
import io.flywheel.v1.Program;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads and compiles programs as the service does, with the sections of all of its features. */
public final class TestPrograms {
  private static final Injector SERVICE =
      Guice.createInjector(Main.modules(Settings.of(List.of(), Map.of())));
  private static final Programs PROGRAMS = SERVICE.getInstance(Programs.class);

  private TestPrograms() {}

  /** All that the service knows of programs. */
  public static Programs all() {
    return PROGRAMS;
  }

  /** The kinds of rewards that the service's features keep. */
  public static RewardKinds rewardKinds() {
    return instance(RewardKinds.class);
  }

  /** How what happens becomes something that can be counted. */
  public static Set<OccurrenceSource<?>> occurrenceSources() {
    return SERVICE.getInstance(new Key<Set<OccurrenceSource<?>>>() {});
  }

  /** The events in what viewers ask for themselves, as the journal keeps it. */
  public static Set<RecordedEvent<?>> recordedEvents() {
    return SERVICE.getInstance(new Key<Set<RecordedEvent<?>>>() {});
  }

  /** What conditions know of viewers. */
  public static Set<ProfileSection> profileSections() {
    return SERVICE.getInstance(new Key<Set<ProfileSection>>() {});
  }

  /** What is shown of viewers. */
  public static Set<ViewerSection> viewerSections() {
    return SERVICE.getInstance(new Key<Set<ViewerSection>>() {});
  }

  /** All of the service's reactors, in their order. */
  public static Reactor[] reactors() {
    return SERVICE.getInstance(new Key<Set<Reactor>>() {}).toArray(Reactor[]::new);
  }

  /** A part of the service that needs no database, such as a slice. */
  public static <T> T instance(Class<T> type) {
    return SERVICE.getInstance(type);
  }

  /** The first version of a program, compiled. */
  public static CompiledProgram compile(Program program) {
    return PROGRAMS.compile(1, program);
  }

  /** The first version of a program that says nothing. */
  public static CompiledProgram empty() {
    return compile(Program.getDefaultInstance());
  }

  /** Reads and checks YAML or JSON. */
  public static CheckedProgram check(String document) {
    return PROGRAMS.check(document);
  }
}
