package io.flywheel.program;

import static io.flywheel.program.Expectations.expected;

import io.flywheel.v1.Text;

/** The rule that texts in several languages keep. Not to be instantiated. */
public final class Texts {
  private Texts() {}

  /**
   * Reports a text without Chinese, which is shown where a viewer's language has none.
   *
   * @param isGiven whether it was written at all; that it is missing is reported by the contract
   * @param path the text's own, such as "tasks[3].title"
   */
  public static void check(boolean isGiven, Text text, String path, Findings findings) {
    if (isGiven && text.getZh().isBlank()) {
      findings.broken(
          path + ".zh",
          expected("missing", "a text; it is shown where a viewer's language has none"));
    }
  }
}
