package io.flywheel.referral;

import io.flywheel.v1.IdentityHashes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * People of a campaign: honest ones who bring friends, and cheats of several kinds. It knows
 * nothing of the service's rules: who is a cheat is decided here, by what somebody does.
 */
final class Population {
  /** What somebody is after. */
  enum Kind {
    HONEST,
    /** A second account of the inviter's own, on the inviter's phone. */
    SECOND_ACCOUNT,
    /** One of many accounts on one phone. */
    DEVICE_FARM,
    /** One of many phones, or emulators, behind one line. */
    NETWORK_FARM,
    /** One of many accounts that orders with the inviter's money. */
    PAYS_FOR_SELF,
    /** One of many accounts with made-up phones and lines, in one go. */
    SCRIPTED_BURST,
    /** Somebody who has been here for long. */
    OLD_ACQUAINTANCE,
    /** The inviter of the inviter. */
    CIRCLE
  }

  /**
   * Somebody who comes by an invite.
   *
   * @param second when, in seconds of the campaign
   * @param payment a hash of the way in which this one's order is paid; empty: does not order
   */
  record Guest(
      String id, String inviter, Kind kind, int second, IdentityHashes identity, String payment) {}

  private static final int DAY = 86_400;
  private static final int DAYS = 3;

  /** Of how many people come from one line at most: a home, or a small office. */
  private static final int MAX_AT_HOME = 4;

  private final Random random;
  private final List<Guest> guests = new ArrayList<>();
  private final List<String> sharers = new ArrayList<>();
  private final List<IdentityHashes> sharersIdentities = new ArrayList<>();
  private int ids;

  /** So many people, of whom about one in twenty cheats. */
  Population(int people, long seed) {
    random = new Random(seed);
    int honest = people * 95 / 100;
    for (int i = 0; i < Math.max(10, honest / 8); i++) {
      sharers.add("sharer" + i);
      sharersIdentities.add(person());
    }
    honest(honest);
    int ofAKind = (people - honest) / (Kind.values().length - 1);
    for (Kind kind : Kind.values()) {
      for (int left = kind == Kind.HONEST ? 0 : ofAKind; left > 0; ) {
        left -= cheats(kind, left);
      }
    }
    guests.sort((one, other) -> Integer.compare(one.second(), other.second()));
  }

  /** In the order in which they come. */
  List<Guest> guests() {
    return guests;
  }

  List<String> sharers() {
    return sharers;
  }

  IdentityHashes identityOf(int sharer) {
    return sharersIdentities.get(sharer);
  }

  /** Friends come over the days, a few of them from one home, some from that of whoever invites. */
  private void honest(int people) {
    int[] atHome = new int[sharers.size()];
    while (guests.size() < people) {
      int sharer = random.nextInt(sharers.size());
      int home = 1 + random.nextInt(MAX_AT_HOME);
      boolean isSharers = random.nextInt(6) == 0 && atHome[sharer] + home <= MAX_AT_HOME;
      atHome[sharer] += isSharers ? home : 0;
      String line = isSharers ? sharersIdentities.get(sharer).getNetwork() : newHash();
      for (int i = 0; i < home && guests.size() < people; i++) {
        boolean orders = random.nextInt(4) == 0;
        add(
            sharers.get(sharer),
            Kind.HONEST,
            random.nextInt(DAYS * DAY),
            person().toBuilder().setNetwork(line).build(),
            orders ? newHash() : "");
      }
    }
  }

  /** Some who belong together; how many there are. */
  private int cheats(Kind kind, int most) {
    int sharer = random.nextInt(sharers.size());
    String inviter = sharers.get(sharer);
    IdentityHashes own = sharersIdentities.get(sharer);
    int begin = random.nextInt((DAYS - 1) * DAY);
    String phone = newHash();
    String line = newHash();
    int usual =
        switch (kind) {
          case SECOND_ACCOUNT, OLD_ACQUAINTANCE, CIRCLE -> 1;
          case DEVICE_FARM -> 30;
          case NETWORK_FARM -> 400;
          case PAYS_FOR_SELF -> 10;
          default -> 1_500;
        };
    int many = Math.min(usual, most);
    for (int i = 0; i < many; i++) {
      switch (kind) {
        case SECOND_ACCOUNT ->
            add(inviter, kind, begin, person().toBuilder().setDevice(own.getDevice()).build(), "");
        case DEVICE_FARM ->
            add(inviter, kind, begin + i * 600, person().toBuilder().setDevice(phone).build(), "");
        case NETWORK_FARM ->
            add(inviter, kind, begin + i * 120, person().toBuilder().setNetwork(line).build(), "");
        case PAYS_FOR_SELF ->
            add(inviter, kind, begin + i * 3_000, person(), "money-of-" + inviter);
        case SCRIPTED_BURST -> add(inviter, kind, begin + i, person(), "");
        case CIRCLE -> add("ring" + ids, kind, begin, person(), "");
        default -> add(inviter, kind, begin, person(), "");
      }
    }
    return many;
  }

  private void add(String inviter, Kind kind, int second, IdentityHashes identity, String payment) {
    guests.add(new Guest("guest" + ids++, inviter, kind, second, identity, payment));
  }

  private IdentityHashes person() {
    return IdentityHashes.newBuilder().setDevice(newHash()).setNetwork(newHash()).build();
  }

  private String newHash() {
    return Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
  }
}
