package io.flywheel.referral;

import com.google.common.base.Splitter;
import io.flywheel.platform.config.Description;
import io.flywheel.platform.config.SettingsException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Settings of links and pictures of invites; read under {@code referral}. */
public record ReferralConfig(
    @Description(
            "iOS apps that open links of invites (universal links): the ids of their teams and"
                + " bundles, such as A1B2C3D4E5.com.example.live, separated by commas.")
        Optional<String> appleApps,
    @Description(
            "Android apps that open links of invites (app links): package, = and the SHA-256 of a"
                + " certificate, such as com.example.live=14:6D:…, separated by commas.")
        Optional<String> androidApps,
    @Description(
            "Where covers of rooms may be fetched from for posters, such as https://cdn.example.com,"
                + " separated by commas. Without any, posters have no cover.")
        Optional<String> coverOrigins) {
  private static final Pattern APPLE_APP = Pattern.compile("[A-Z0-9]{10}\\.[A-Za-z0-9.-]{1,200}");
  private static final Pattern ANDROID_APP =
      Pattern.compile("[A-Za-z0-9._]{1,200}=[0-9A-F]{2}(:[0-9A-F]{2}){31}");
  private static final Pattern ORIGIN = Pattern.compile("https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?");

  /** Fails where something is misspelt. */
  public ReferralConfig {
    check("apple-apps", appleApps, APPLE_APP, "TEAMID1234.bundle.id");
    check("android-apps", androidApps, ANDROID_APP, "package=32 bytes as AA:BB:…");
    check("cover-origins", coverOrigins, ORIGIN, "https://host");
  }

  List<String> apple() {
    return parts(appleApps).toList();
  }

  List<String> android() {
    return parts(androidApps).toList();
  }

  List<String> covers() {
    return parts(coverOrigins).toList();
  }

  private static Stream<String> parts(Optional<String> list) {
    return list.stream().flatMap(Splitter.on(',').trimResults().omitEmptyStrings()::splitToStream);
  }

  private static void check(String key, Optional<String> list, Pattern pattern, String expected) {
    parts(list)
        .filter(part -> !pattern.matcher(part).matches())
        .findFirst()
        .ifPresent(part -> {
          throw new SettingsException(
              "referral.%s: %s (expected: %s)".formatted(key, part, expected));
        });
  }
}
