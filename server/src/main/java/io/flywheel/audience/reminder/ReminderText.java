package io.flywheel.audience.reminder;

import io.flywheel.v1.Text;

/** The words of a reminder, with its figure in the place of "{count}". Pure functions. */
final class ReminderText {
  static final String COUNT = "{count}";

  private ReminderText() {}

  static Text of(Text words, long count) {
    String figure = Long.toString(count);
    return Text.newBuilder()
        .setZh(words.getZh().replace(COUNT, figure))
        .setEn(words.getEn().replace(COUNT, figure))
        .build();
  }
}
