package io.flywheel.platform.config;

/** A setting is wrong; the message names it and says what is expected. */
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public SettingsException(String message) {
    super(message);
  }

  private SettingsException(String message, Throwable cause) {
    super(message, cause);
  }

  /** A port that can't be listened on. */
  public static SettingsException port(String key, int port, String host, Throwable cause) {
    return new SettingsException(
        "%s: %d (expected: a free port; on %s: %s)".formatted(key, port, host, cause.getMessage()),
        cause);
  }
}
