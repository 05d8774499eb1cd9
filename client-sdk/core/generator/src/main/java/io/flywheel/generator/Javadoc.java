package io.flywheel.generator;

import java.util.ArrayList;
import java.util.List;

/** A proto's comment as Javadoc. */
final class Javadoc {
  private Javadoc() {}

  /** The comment, each line behind the indentation. */
  static String of(String comment, String indentation) {
    List<String> lines = new ArrayList<>();
    lines.add("/**");
    boolean paragraphEnded = false;
    for (String line : escape(comment).strip().split("\n")) {
      String text = line.strip();
      if (text.isEmpty()) {
        lines.add(" *");
        paragraphEnded = true;
      } else {
        lines.add(" * " + (paragraphEnded ? "<p>" : "") + text);
        paragraphEnded = false;
      }
    }
    lines.add(" */");
    return indentation + String.join("\n" + indentation, lines);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("@", "&#64;")
        .replace("*/", "*&#47;");
  }
}
