package io.flywheel.cli;

/** Whether people look on. */
final class Terminal {
  private Terminal() {}

  /**
   * From JDK 22 to 24 this may say yes where nobody looks on; a progress bar in a log then does no
   * harm.
   */
  @SuppressWarnings("SystemConsoleNull")
  static boolean isThere() {
    return System.console() != null;
  }
}
