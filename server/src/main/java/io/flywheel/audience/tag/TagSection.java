package io.flywheel.audience.tag;

import static io.flywheel.program.Expectations.expected;
import static io.flywheel.program.Expectations.show;

import com.google.inject.Inject;
import dev.cel.common.CelException;
import io.flywheel.program.ChainGraph;
import io.flywheel.program.ChainGraph.Place;
import io.flywheel.program.ChainGraph.Signal;
import io.flywheel.program.Condition;
import io.flywheel.program.Condition.Subject;
import io.flywheel.program.Findings;
import io.flywheel.program.Names;
import io.flywheel.program.ProgramSection;
import io.flywheel.program.Texts;
import io.flywheel.v1.Program;
import io.flywheel.v1.TagEntered;
import io.flywheel.v1.TagLeft;
import io.flywheel.v1.TagRule;
import io.flywheel.v1.TagTone;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What a program says of tags. Thread-safe. */
final class TagSection implements ProgramSection<CompiledTags> {
  static final Names.Kind TAG = new Names.Kind("a tag");

  private static final Pattern VIEWER_AS_A_WHOLE =
      Pattern.compile("\\bviewer\\b(?!\\s*\\.\\s*\\w)");
  private static final Pattern NOT_ASKED =
      Pattern.compile("\\bviewer\\s*\\.\\s*(tags|presence|active)\\b");

  @Inject
  TagSection() {}

  @Override
  public void fill(Program.Builder program) {
    for (TagRule.Builder tag : program.getTagsBuilderList()) {
      if (tag.getTone() == TagTone.TAG_TONE_UNSPECIFIED) {
        tag.setTone(TagTone.TAG_TONE_PLAIN);
      }
    }
  }

  @Override
  public void declare(Program program, Names names, Findings findings) {
    for (int i = 0; i < program.getTagsCount(); i++) {
      names.declare(TAG, program.getTags(i).getId(), path(i));
    }
  }

  @Override
  public void check(Program program, Names names, Findings findings) {
    for (int i = 0; i < program.getTagsCount(); i++) {
      TagRule tag = program.getTags(i);
      Texts.check(tag.hasTitle(), tag.getTitle(), path(i) + ".title", findings);
      Texts.check(tag.hasAdvice(), tag.getAdvice(), path(i) + ".advice", findings);
      checkCondition(tag.getCondition(), path(i) + ".condition", findings);
    }
  }

  @Override
  public CompiledTags compile(Program filled) {
    return CompiledTags.of(filled);
  }

  /** A tag may come and go as often as what its rule asks for moves. */
  @Override
  public void chains(Program program, ChainGraph graph) {
    for (int i = 0; i < program.getTagsCount(); i++) {
      TagRule tag = program.getTags(i);
      Set<String> fields = fieldsOf(tag.getCondition());
      graph.add(
          new Place(
              "tags[%d] (%s)".formatted(i, tag.getId()),
              path(i) + ".condition",
              "ask for something else, or give the task a cap"),
          false,
          signal -> fields.stream().anyMatch(field -> Moves.isMovedBy(field, signal.fact())),
          List.of(new Signal(TagEntered.class, ""), new Signal(TagLeft.class, "")));
    }
  }

  private static Set<String> fieldsOf(String condition) {
    try {
      return Condition.of(Subject.VIEWER_ONLY, condition).viewerFields();
    } catch (CelException e) {
      return Set.of(); // it was reported as such
    }
  }

  private static void checkCondition(String condition, String path, Findings findings) {
    Condition.check(Subject.VIEWER_ONLY, condition, path, findings);
    if (!findings.isFaulty(path)) {
      String mistake = mistakeInUse(condition);
      if (!mistake.isEmpty()) {
        findings.broken(path, mistake);
      }
    }
  }

  /** What is wrong with a tag's condition; empty: nothing. */
  static String mistakeIn(String condition) {
    try {
      Condition unused = Condition.of(Subject.VIEWER_ONLY, condition);
    } catch (CelException e) {
      return expected(show(condition), "a condition in CEL over viewer; ValidateProgram says more");
    }
    return mistakeInUse(condition);
  }

  /** How a condition asks for what it must not. */
  private static String mistakeInUse(String condition) {
    if (VIEWER_AS_A_WHOLE.matcher(condition).find() || NOT_ASKED.matcher(condition).find()) {
      return expected(
          show(condition),
          "fields of viewer, each by its name, other than tags, presence and active");
    }
    return DayComparisons.of(condition).isWrittenOut()
        ? ""
        : expected(
            show(condition),
            "each field that counts days first and compared with a number, such as"
                + " viewer.days_since_seen >= 14");
  }

  private static String path(int index) {
    return "tags[" + index + "]";
  }
}
