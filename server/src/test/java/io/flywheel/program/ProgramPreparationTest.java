package io.flywheel.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a server compiles beside its start. */
final class ProgramPreparationTest {
  @Test
  void programsThatAreInForceNeedNotBeWaitedFor() throws Exception {
    try (TestServer server = TestServer.start()) {
      var unused = new TestMerchant(server, "m", "name: ready");
      server.restart();
      awaitPreparation();
      ProgramStore programs = server.instance(ProgramStore.class);
      Map<String, Long> versions = programs.versions(List.of("m"));
      assertThat(programs.compiled(versions)) // or it says that one is not compiled yet
          .hasEntrySatisfying(
              "m", program -> assertThat(program.program().getName()).isEqualTo("ready"));
    }
  }

  private static void awaitPreparation() throws InterruptedException {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("program-preparation")) {
        thread.join();
      }
    }
  }
}
