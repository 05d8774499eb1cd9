package io.flywheel.cli;

/** Something that the user gave is wrong; the message says what and what is expected. */
final class InputException extends RuntimeException {
  InputException(String message) {
    super(message);
  }
}
