package io.flywheel.cli;

import io.flywheel.v1.RoomDrawPrize;
import io.flywheel.v1.RoomDrawView;
import io.flywheel.v1.RoomDrawWinner;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reckons a room's draw again from its public values alone, as the contract's RoomDrawService
 * describes it. It shares no code with the service, so that it would notice if the service reckoned
 * otherwise.
 */
final class FairRoomDraw {
  private final RoomDrawView draw;
  private final TreeSet<String> tags;

  /**
   * A draw.
   *
   * @param tags all entrants', as ListRoomDrawEntrants answers them, in any order
   */
  FairRoomDraw(RoomDrawView draw, Collection<String> tags) {
    this.draw = draw;
    this.tags = new TreeSet<>(tags);
  }

  /** The tag that a viewer takes part with. */
  String tagOf(String viewerId) {
    return Hashes.sha256(draw.getCommitment() + ":" + viewerId);
  }

  /** Whether a viewer is among the entrants. */
  boolean hasEntered(String viewerId) {
    return tags.contains(tagOf(viewerId));
  }

  /**
   * What does not agree; empty: everything does.
   *
   * @param commitment what was published when the draw began; empty: what the file says it was
   */
  Optional<String> mistake(String commitment) {
    String published = commitment.isEmpty() ? draw.getCommitment() : commitment;
    byte[] seed = Hashes.bytes("serverSeed", draw.getServerSeed());
    if (!Hashes.sha256(seed).equals(published)) {
      return Optional.of("the server's seed is not the one that was committed to");
    }
    if (!Hashes.ofConfiguration(draw.getRules()).equals(draw.getConfigurationHash())) {
      return Optional.of("the rules are not those whose hash was published");
    }
    String entrantsHash = Hashes.sha256(String.join("", lines()));
    if (!entrantsHash.equals(draw.getEntrantsHash())) {
      return Optional.of("the tags are not the entrants that were frozen");
    }
    List<String> right = winners(seed, entrantsHash);
    List<String> told = new ArrayList<>();
    for (RoomDrawWinner winner : draw.getWinnersList()) {
      told.add(winner.getTag() + " " + winner.getPrizeId());
    }
    for (int i = 0; i < Math.max(right.size(), told.size()); i++) {
      String should = i < right.size() ? right.get(i) : "nobody";
      String is = i < told.size() ? told.get(i) : "nobody";
      if (!should.equals(is)) {
        return Optional.of("winner " + (i + 1) + " is " + should + ", not " + is);
      }
    }
    for (RoomDrawWinner winner : draw.getWinnersList()) {
      if (!winner.getViewerId().isEmpty() && !tagOf(winner.getViewerId()).equals(winner.getTag())) {
        return Optional.of(winner.getViewerId() + " has another tag than " + winner.getTag());
      }
    }
    return Optional.empty();
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    tags.forEach(tag -> lines.add(tag + "\n"));
    return lines;
  }

  /** Tags and prizes in the order in which they are drawn. */
  private List<String> winners(byte[] seed, String entrantsHash) {
    // Hexadecimal digits of one length are in the order of the bytes that they stand for.
    Map<String, String> ranked = new TreeMap<>();
    for (String tag : tags) {
      byte[] text = (entrantsHash + ":" + tag).getBytes(StandardCharsets.UTF_8);
      ranked.put(Hashes.hex(Hashes.hmac(seed, text)), tag);
    }
    List<String> prizes = new ArrayList<>();
    for (RoomDrawPrize prize : draw.getRules().getPrizesList()) {
      for (int i = 0; i < prize.getWinners() && prizes.size() < ranked.size(); i++) {
        prizes.add(prize.getId());
      }
    }
    List<String> winners = new ArrayList<>();
    for (String tag : ranked.values()) {
      if (winners.size() == prizes.size()) {
        break;
      }
      winners.add(tag + " " + prizes.get(winners.size()));
    }
    return winners;
  }
}
