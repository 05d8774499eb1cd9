package io.flywheel.lottery;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.hash.Hashing;
import com.google.protobuf.ByteString;
import io.flywheel.v1.RoomDraw;
import io.flywheel.v1.RoomDrawPrize;
import io.flywheel.v1.RoomDrawWinner;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What makes draws of rooms checkable. Pure functions; not to be instantiated. */
final class RoomDrawProofs {
  private RoomDrawProofs() {}

  /** What a viewer is known by among a draw's entrants, in hexadecimal. */
  static String tag(String commitment, String viewerId) {
    return sha256(commitment + ":" + viewerId);
  }

  /**
   * The hash of entrants, in hexadecimal.
   *
   * @param tags in rising order
   */
  static String entrantsHash(Iterable<String> tags) {
    var hasher = Hashing.sha256().newHasher();
    for (String tag : tags) {
      hasher.putString(tag + "\n", StandardCharsets.US_ASCII);
    }
    return hasher.hash().toString();
  }

  /**
   * Who wins.
   *
   * @param entrants viewers by their tags
   */
  static List<RoomDrawWinner> winners(
      byte[] seed, ImmutableSortedMap<String, String> entrants, RoomDraw rules) {
    String hash = entrantsHash(entrants.keySet());
    Mac mac = mac(seed);
    record Ranked(ByteString rank, String tag) {}
    List<Ranked> ranked = new ArrayList<>(entrants.size());
    for (String tag : entrants.keySet()) {
      ranked.add(
          new Ranked(
              ByteString.copyFrom(
                  mac.doFinal((hash + ":" + tag).getBytes(StandardCharsets.US_ASCII))),
              tag));
    }
    ranked.sort(Comparator.comparing(Ranked::rank, ByteString.unsignedLexicographicalComparator()));
    List<RoomDrawWinner> winners = new ArrayList<>();
    for (RoomDrawPrize prize : rules.getPrizesList()) {
      for (int i = 0; i < prize.getWinners() && winners.size() < ranked.size(); i++) {
        String tag = ranked.get(winners.size()).tag();
        winners.add(
            RoomDrawWinner.newBuilder()
                .setTag(tag)
                .setViewerId(entrants.getOrDefault(tag, ""))
                .setPrizeId(prize.getId())
                .build());
      }
    }
    return winners;
  }

  private static String sha256(String text) {
    return Hashing.sha256().hashString(text, StandardCharsets.UTF_8).toString();
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
