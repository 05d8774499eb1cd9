import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Copies the contract and adds to it what the lanterns bring, a feature that is made for a test
 * alone. Run as a source file: ExtendContract.java PROTO_FOLDER TARGET_FOLDER.
 */
final class ExtendContract {
  /**
   * Some lines of the contract.
   *
   * @param file its name
   * @param before a line before which the lines stand; empty: the file's end
   */
  private record Part(String file, String before, String lines) {}

  private static final List<Part> LANTERNS =
      List.of(
          new Part(
              "error.proto",
              "  ERROR_REASON_UNKNOWN_METHOD = ",
              "  ERROR_REASON_INSUFFICIENT_WISHES = 900 [(status_code) = STATUS_CODE_FAILED_PRECONDITION];"),
          new Part(
              "program.proto", "  PresenceRules presence = 4;", "  LanternRules lanterns = 900;"),
          new Part("program.proto", "  TRIGGER_LIKE = ", "  TRIGGER_LANTERN_LIT = 900;"),
          new Part("program.proto", "  int64 points = 6;", "  int64 wishes = 900;"),
          new Part(
              "program.proto",
              "",
              """
              message LanternRules {
                int64 stock = 1 [(buf.validate.field).int64 = {gte: 0, lte: 1000}];
                int64 likes = 2 [(buf.validate.field).int64 = {gte: 1, lte: 1000}];
                repeated Reward rewards = 3 [(buf.validate.field).repeated.max_items = 10];
              }
              message LanternState {
                int64 wishes = 1;
                int64 likes = 2;
              }
              message LanternStock {
                int64 lit = 1;
              }
              """),
          new Part(
              "fact.proto",
              "    RoomEntered room_entered = 10;",
              "    LanternLit lantern_lit = 900;"),
          new Part("fact.proto", "", "message LanternLit {\n  int64 left = 1;\n}"),
          new Part("reward.proto", "    PointsReward points = 1;", "    WishReward wish = 100;"),
          new Part("reward.proto", "", "message WishReward {\n  int64 count = 1;\n}"),
          new Part("price.proto", "    PointsPrice points = 1;", "    WishPrice wish = 900;"),
          new Part("price.proto", "", "message WishPrice {\n  int64 count = 1;\n}"));

  private ExtendContract() {}

  public static void main(String[] arguments) throws IOException {
    Path from = Path.of(arguments[0], "flywheel", "v1");
    Path to = Path.of(arguments[1], "flywheel", "v1");
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(file.getFileName());
        String text = extended(file.getFileName().toString(), Files.readString(file));
        if (!Files.exists(copy) || !Files.readString(copy).equals(text)) {
          Files.writeString(copy, text);
        }
      }
    }
  }

  private static String extended(String file, String text) {
    String extended = text;
    for (Part part : LANTERNS) {
      if (part.file.equals(file)) {
        int place =
            part.before.isEmpty() ? extended.length() : extended.indexOf("\n" + part.before);
        if (place < 0) {
          throw new IllegalStateException(file + " has no line " + part.before);
        }
        extended = extended.substring(0, place) + "\n" + part.lines + extended.substring(place);
      }
    }
    return extended;
  }
}
