package io.flywheel.cli;

import io.flywheel.client.FieldViolation;
import io.flywheel.client.FlywheelException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Prints what went wrong and what to do about it. */
final class Failures {
  private Failures() {}

  /** Returns the exit code. */
  static int print(Exception failure, boolean verbose, PrintWriter err) {
    int code = Main.CALL_FAILED;
    if (failure instanceof FlywheelException refused) {
      printRefusal(refused, err);
    } else if (failure instanceof InputException) {
      err.println("error: " + failure.getMessage());
      code = Main.INPUT_HAS_MISTAKES;
    } else if (failure instanceof IOException io) {
      err.println("error: " + describe(io));
      code = Main.INPUT_HAS_MISTAKES;
    } else {
      err.println("error: " + failure + " (a defect of this program; --verbose prints where)");
    }
    if (verbose) {
      failure.printStackTrace(err);
    }
    return code;
  }

  private static void printRefusal(FlywheelException refused, PrintWriter err) {
    err.println("error: " + refused.getMessage());
    for (FieldViolation violation : refused.fieldViolations()) {
      err.println("  " + violation.field() + ": " + violation.description());
    }
    refused.incident().ifPresent(incident -> err.println("  incident: " + incident));
    refused.retryAfterMillis().ifPresent(millis -> err.println("  try again in " + millis + " ms"));
    if (refused.getCause() != null) {
      err.println("  cause: " + rootOf(refused.getCause()).getMessage());
    }
    String remedy = remedy(refused);
    if (!remedy.isEmpty()) {
      err.println("  " + remedy);
    }
  }

  private static String remedy(FlywheelException refused) {
    return switch (refused.reason()) {
      case ERROR_REASON_UNAUTHENTICATED ->
          "Give --token, --token-file, --api-key or FLYWHEEL_TOKEN; `flywheel token` makes one.";
      case ERROR_REASON_NOT_ALLOWED ->
          "Use a token of another role: `flywheel token --role platform`.";
      case ERROR_REASON_PROGRAM_NOT_FOUND ->
          "Apply one: `flywheel apply --template growth-flywheel`.";
      case ERROR_REASON_VERSION_CONFLICT -> "Look at what was applied meanwhile, then apply again.";
      case ERROR_REASON_INTERNAL -> "Look for the incident in the service's log.";
      case ERROR_REASON_OVERLOADED, ERROR_REASON_DATABASE_UNAVAILABLE, ERROR_REASON_SHUTTING_DOWN ->
          "Nothing is wrong with the call; repeat it later.";
      case ERROR_REASON_UNSPECIFIED -> remedyByCode(refused);
      default -> "";
    };
  }

  private static String remedyByCode(FlywheelException failure) {
    return switch (failure.code()) {
      case UNAVAILABLE ->
          "Is the service running there? --target names it; --tls is needed where it speaks TLS.";
      case UNIMPLEMENTED -> "Is that a Flywheel service, and not older than this program?";
      case DEADLINE_EXCEEDED -> "The service did not answer in time.";
      default -> "";
    };
  }

  private static String describe(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return failure.getMessage() + ": no such file";
    } else if (failure instanceof AccessDeniedException) {
      return failure.getMessage() + ": may not be read or written";
    }
    return String.valueOf(failure.getMessage());
  }

  static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}
