package io.flywheel.demo;

import java.util.List;
import java.util.random.RandomGenerator;

/** Who comes to the demo room: some nearly every day, others now and then. */
final class DemoPeople {
  static final int REGULARS = 25;
  private static final int GUESTS = 2_000;
  private static final String GUEST = "guest";
  private static final List<String> NAMES =
      List.of(
          "xiaoyu",
          "aming",
          "meimei",
          "dashan",
          "lele",
          "qiqi",
          "nannan",
          "tangtang",
          "xingxing",
          "yueyue",
          "feifei",
          "doudou",
          "jiajia",
          "tiantian",
          "weiwei",
          "youyou",
          "beibei",
          "chenchen",
          "anan",
          "duoduo",
          "yangyang",
          "linlin",
          "pangpang",
          "guoguo",
          "momo");

  private DemoPeople() {}

  static String regular(int index) {
    return NAMES.get(index) + "-" + (index * 37 % 90 + 10);
  }

  /** On how many of a hundred days a regular comes, as a share of one; the last few miss none. */
  static double attendance(int index) {
    return index >= REGULARS - 3 ? 1 : 0.7 + 0.012 * index;
  }

  /** Any of those who come now and then; there are a bounded number of them. */
  static String anyGuest(RandomGenerator random) {
    return GUEST
        + "-"
        + NAMES.get(random.nextInt(NAMES.size()))
        + "-"
        + random.nextInt(GUESTS / NAMES.size());
  }

  static boolean isGuest(String viewerId) {
    return viewerId.startsWith(GUEST + "-");
  }
}
