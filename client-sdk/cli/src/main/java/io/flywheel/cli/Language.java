package io.flywheel.cli;

import io.flywheel.v1.Text;
import java.util.Locale;

/** A language that the output speaks. */
enum Language {
  ZH,
  EN;

  /** The machine's language. */
  static Language ofMachine() {
    return Locale.getDefault().getLanguage().equals("zh") ? ZH : EN;
  }

  String of(Text text) {
    return this == ZH || text.getEn().isEmpty() ? text.getZh() : text.getEn();
  }

  String choose(String zh, String en) {
    return this == ZH ? zh : en;
  }
}
