package io.flywheel;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
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
          "v1",
          "client",
          "simulation");

  private static final Pattern SQL =
      Pattern.compile(
          "\"\\s*(SELECT\\s.*|INSERT\\s+(IGNORE\\s+)?INTO\\s.*|UPDATE\\s+\\w+\\s+SET\\s.*|DELETE\\s+FROM\\s.*)",
          Pattern.DOTALL);
  private static final Pattern MAY_HOLD_SQL = Pattern.compile(".*(Dao|Slice|Appender)\\.java");

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
  static final ArchRule featuresDoNotKnowEachOther =
      slices().assignedFrom(new Features()).should().notDependOnEachOther().allowEmptyShould(true);

  @ArchTest
  static final ArchRule timeComesFromTheClockThatIsInjected =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.flywheel.platform.time..")
          .and()
          .doNotHaveFullyQualifiedName("io.flywheel.Main")
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Clock.class, "systemUTC")
          .orShould()
          .callMethod(Clock.class, "systemDefaultZone");

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
          .as("SQL outside of classes named …Dao, …Slice or …Appender, the engine and platform/db")
          .isEmpty();
    }
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
