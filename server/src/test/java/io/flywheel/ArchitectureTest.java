package io.flywheel;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Program;
import io.flywheel.v1.Viewer;
import io.flywheel.v1.ViewerProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may know whom. */
@AnalyzeClasses(packages = "io.flywheel", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String PLATFORM = "io.flywheel.platform..";
  private static final String ENGINE = "io.flywheel.engine..";
  private static final String PROGRAM = "io.flywheel.program..";

  /** What is no feature. */
  private static final Set<String> SHARED =
      Set.of(
          "platform",
          "engine",
          "program",
          "reward",
          "counting",
          "broadcast",
          "profile",
          "v1",
          "client",
          "simulation");

  /** Messages that carry what features bring, in fields of which the carrier's users know none. */
  private static final Map<String, Descriptor> CARRIERS =
      Map.of(
          "Program", Program.getDescriptor(),
          "Event", Event.getDescriptor(),
          "Fact", Fact.getDescriptor(),
          "Viewer", Viewer.getDescriptor(),
          "ViewerProfile", ViewerProfile.getDescriptor());

  /** The other messages that the engine and programs may know. */
  private static final Set<String> FOR_ALL =
      Set.of(
          "ErrorReason",
          "Options",
          "Text",
          "ViewerChange",
          "ParkedFollowUp",
          "ProgramMistake",
          "ProgramTemplate",
          "ProgramVersion");

  private static final FieldDescriptor SHOWN_AS =
      ViewerProfile.getDescriptor().findFieldByNumber(ViewerProfile.SHOWN_AS_FIELD_NUMBER);

  private static final Pattern SQL =
      Pattern.compile(
          "\"\\s*(SELECT\\s.*|INSERT\\s+(IGNORE\\s+)?INTO\\s.*|UPDATE\\s+\\w+\\s+SET\\s.*|DELETE\\s+FROM\\s.*)",
          Pattern.DOTALL);
  private static final Pattern MAY_HOLD_SQL =
      Pattern.compile(".*(Dao|Slice|Appender|Migration)\\.java");

  @ArchTest
  static final ArchRule platformKnowsNobody =
      noClasses()
          .that()
          .resideInAPackage(PLATFORM)
          .should()
          .dependOnClassesThat(
              JavaClass.Predicates.resideInAPackage("io.flywheel..")
                  .and(JavaClass.Predicates.resideOutsideOfPackages(PLATFORM, "io.flywheel.v1..")));

  @ArchTest
  static final ArchRule engineKnowsPlatformAndProgramOnly =
      noClasses()
          .that()
          .resideInAPackage(ENGINE)
          .should()
          .dependOnClassesThat(
              JavaClass.Predicates.resideInAPackage("io.flywheel..")
                  .and(
                      JavaClass.Predicates.resideOutsideOfPackages(
                          PLATFORM, ENGINE, PROGRAM, "io.flywheel.v1..")))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule programKnowsPlatformOnly =
      noClasses()
          .that()
          .resideInAPackage(PROGRAM)
          .should()
          .dependOnClassesThat(
              JavaClass.Predicates.resideInAPackage("io.flywheel..")
                  .and(
                      JavaClass.Predicates.resideOutsideOfPackages(
                          PLATFORM, PROGRAM, "io.flywheel.v1..")))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule engineAndProgramKnowNoFeaturesMessages =
      noClasses()
          .that()
          .resideInAnyPackage(ENGINE, PROGRAM)
          .should()
          .dependOnClassesThat(
              JavaClass.Predicates.resideInAPackage("io.flywheel.v1..")
                  .and(describe("are features' messages", type -> !isForAll(type))));

  @ArchTest
  static final ArchRule engineAndProgramReadNoFeaturesFields =
      noClasses()
          .that()
          .resideInAnyPackage(ENGINE, PROGRAM)
          .should()
          .accessTargetWhere(
              describe(
                  "is a feature's part of a message that carries any",
                  access -> isOfFeature(access.getTarget())));

  @ArchTest
  static final ArchRule featuresDoNotKnowEachOther =
      slices().assignedFrom(new Features()).should().notDependOnEachOther().allowEmptyShould(true);

  @ArchTest
  static final ArchRule timeComesFromTheClockThatIsInjected =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.flywheel.platform.time..")
          .and()
          .doNotHaveFullyQualifiedName("io.flywheel.Main")
          .and()
          // The SDK's ids are made in a caller's program, which nothing injects into.
          .doNotHaveFullyQualifiedName("io.flywheel.client.SystemTime")
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Clock.class, "systemUTC")
          .orShould()
          .callMethod(Clock.class, "systemDefaultZone");

  /** Nodes keep it in memory, and have to be told. */
  @ArchTest
  static final ArchRule howAViewerIsShownIsChangedInOnePlace =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.flywheel.profile..", "io.flywheel.v1..")
          .should()
          .callMethodWhere(
              describe(
                  "changes how a viewer is shown",
                  call ->
                      call.getTargetOwner().isEquivalentTo(ViewerProfile.Builder.class)
                          && isOf(SHOWN_AS, call.getTarget().getName())
                          && !call.getTarget().getName().matches("(get|has)ShownAs")));

  @ArchTest
  static final ArchRule logsGoThroughSlf4j =
      noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging..");

  @Test
  void sqlStandsInDaosSlicesAndAppenders() throws IOException {
    Path sources = Path.of("src", "main", "java", "io", "flywheel");
    try (Stream<Path> files = Files.walk(sources)) {
      List<Path> misplaced =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !file.startsWith(sources.resolve("platform").resolve("db")))
              .filter(file -> !file.startsWith(sources.resolve("engine")))
              .filter(file -> !MAY_HOLD_SQL.matcher(file.toString()).matches())
              .filter(ArchitectureTest::holdsSql)
              .toList();
      assertThat(misplaced)
          .as(
              "SQL outside of classes named …Dao, …Slice, …Appender or …Migration, the engine and platform/db")
          .isEmpty();
    }
  }

  /** Whether a message is there for every feature, as all that the engine and programs know are. */
  private static boolean isForAll(JavaClass type) {
    JavaClass outermost = type;
    while (outermost.getEnclosingClass().isPresent()) {
      outermost = outermost.getEnclosingClass().get();
    }
    String name = outermost.getSimpleName().replaceFirst("(OrBuilder|OuterClass)$", "");
    return FOR_ALL.contains(name) || CARRIERS.containsKey(name);
  }

  /** Whether a method of a carrier is of a field that some feature brings, such as hasCheckedIn. */
  private static boolean isOfFeature(AccessTarget target) {
    JavaClass owner = target.getOwner();
    JavaClass carrier = owner.getEnclosingClass().orElse(owner);
    Descriptor type =
        carrier.getPackageName().equals("io.flywheel.v1")
            ? CARRIERS.get(carrier.getSimpleName().replaceFirst("(OrBuilder|OuterClass)$", ""))
            : null;
    return type != null
        && type.getFields().stream()
            .filter(ArchitectureTest::isOfFeature)
            .anyMatch(field -> isOf(field, target.getName()));
  }

  private static boolean isOfFeature(FieldDescriptor field) {
    return field.getJavaType() == JavaType.MESSAGE
        && field.getMessageType().getFullName().startsWith("flywheel.v1.");
  }

  private static boolean isOf(FieldDescriptor field, String method) {
    String json = field.getJsonName();
    String name = Character.toUpperCase(json.charAt(0)) + json.substring(1);
    return method.matches(
        "(has|get|set|add|addAll|merge|clear|remove)"
            + name
            + "(List|Count|Builder|BuilderList|OrBuilder|OrBuilderList|Bytes)?");
  }

  private static boolean holdsSql(Path file) {
    try {
      return SQL.matcher(Files.readString(file)).find();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The packages below io.flywheel that everything may not use. */
  private static final class Features implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      String[] names = type.getPackageName().split("\\.", -1);
      boolean ours = names.length >= 3 && type.getPackageName().startsWith("io.flywheel.");
      return !ours || SHARED.contains(names[2])
          ? SliceIdentifier.ignore()
          : SliceIdentifier.of(names[2]);
    }

    @Override
    public String getDescription() {
      return "features";
    }
  }
}
