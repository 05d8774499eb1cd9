package io.flywheel;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.platform.config.Settings;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CheckedProgram;
import io.flywheel.program.ProgramTemplates;
import io.flywheel.program.Programs;
import io.flywheel.v1.ProgramSource;
import io.flywheel.v1.ValidateProgramResponse;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/**
 * Checks programs as the service does, where none runs. The command line starts it, and speaks to
 * it in bytes. Thread-safe.
 */
public final class ProgramCheck {
  private ProgramCheck() {}

  /**
   * Reads a serialized {@link ProgramSource} and writes a serialized {@link
   * ValidateProgramResponse}; exit code 2 and a line where the source can't be read.
   */
  public static void main(String[] args) throws IOException {
    PrintStream answer = System.out;
    System.setOut(System.err); // for whatever is logged
    try {
      answer.write(check(System.in.readAllBytes()));
      answer.flush();
    } catch (ServiceException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }

  /**
   * What ValidateProgram answers.
   *
   * @param source a serialized {@link ProgramSource}
   * @return a serialized {@link ValidateProgramResponse}
   */
  public static byte[] check(byte[] source) throws InvalidProtocolBufferException {
    ProgramSource program = ProgramSource.parseFrom(source);
    // Nothing is started: the injector only knows how all parts are made, and makes two of them.
    Injector service = Guice.createInjector(Main.modules(Settings.of(List.of(), Map.of())));
    String document =
        program.hasTemplate()
            ? service
                .getInstance(ProgramTemplates.class)
                .require(program.getTemplate())
                .getDocument()
            : program.getDocument();
    CheckedProgram checked = service.getInstance(Programs.class).check(document);
    ValidateProgramResponse.Builder answer =
        ValidateProgramResponse.newBuilder().addAllMistakes(checked.mistakes());
    if (checked.mistakes().isEmpty()) {
      answer.setProgram(checked.program());
    }
    return answer.build().toByteArray();
  }
}
