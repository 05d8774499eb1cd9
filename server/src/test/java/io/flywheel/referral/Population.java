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
    /** One of many accounts with made-up phones and lines, now and then, that only look in. */
    PATIENT_SCRIPT,
    /** The same, but each watches for some minutes: nothing tells them from friends. */
    PATIENT_ACTORS,
    /** One of a chain at one line, each inviting the next. */
    RING,
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
   * @param minutes how long this one watches; 0: looks in and goes
   */
  record Guest(
      String id,
      String inviter,
      Kind kind,
      int second,
      IdentityHashes identity,
      String payment,
      int minutes) {}

  private static final int DAY = 86_400;
  private static final int DAYS = 3;

  /** Of how many people come from one home at most. */
  private static final int MAX_AT_HOME = 4;

  /** Of how many people one shares a line with strangers: at school, or with a mobile carrier. */
  private static final int PEOPLE_A_LINE = 150;

  /** Of how many people one group is from an office, where one invites the others. */
  private static final int PEOPLE_AN_OFFICE = 20_000;

  private static final int OFFICE = 8;

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

  /**
   * Friends come over the days: one by one, from one home, perhaps that of whoever invites, or in a
   * group chat's first minutes. Some share lines with strangers, and now and then a whole office
   * comes. One in twelve looks in and goes.
   */
  private void honest(int people) {
    int[] atHome = new int[sharers.size()];
    List<String> shared = new ArrayList<>();
    for (int i = 0; i <= people / PEOPLE_A_LINE; i++) {
      shared.add(newHash());
    }
    int offices = people / PEOPLE_AN_OFFICE;
    while (guests.size() < people) {
      int sharer = random.nextInt(sharers.size());
      boolean isOffice = offices-- > 0;
      boolean isChat = !isOffice && random.nextInt(5) == 0;
      int many =
          isOffice ? OFFICE : isChat ? 3 + random.nextInt(8) : 1 + random.nextInt(MAX_AT_HOME);
      boolean isSharers =
          !isOffice && !isChat && random.nextInt(6) == 0 && atHome[sharer] + many <= MAX_AT_HOME;
      atHome[sharer] += isSharers ? many : 0;
      String line = isSharers ? sharersIdentities.get(sharer).getNetwork() : newHash();
      int begin = random.nextInt(DAYS * DAY);
      for (int i = 0; i < many && guests.size() < people; i++) {
        IdentityHashes.Builder identity = person().toBuilder();
        if (isChat && random.nextInt(3) == 0) {
          identity.setNetwork(shared.get(random.nextInt(shared.size())));
        } else if (!isChat) {
          identity.setNetwork(line);
        }
        add(
            sharers.get(sharer),
            Kind.HONEST,
            isChat ? begin + soon() : isOffice ? begin + i * 300 : random.nextInt(DAYS * DAY),
            identity.build(),
            random.nextInt(4) == 0 ? newHash() : "",
            random.nextInt(12) == 0 ? 0 : 1 + random.nextInt(30));
      }
    }
  }

  /** So many seconds after a message to a group: most look at once, some later. */
  private int soon() {
    return (int) (-180 * Math.log(1 - random.nextDouble()));
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
          case PATIENT_SCRIPT, PATIENT_ACTORS -> 150;
          case RING -> 12;
          default -> 1_500;
        };
    int many = Math.min(usual, most);
    if (kind == Kind.RING) {
      inviter = "chief" + ids;
      sharers.add(inviter);
      sharersIdentities.add(with(person().toBuilder().setNetwork(line)));
    }
    for (int i = 0; i < many; i++) {
      switch (kind) {
        case SECOND_ACCOUNT ->
            add(inviter, kind, begin, with(person().toBuilder().setDevice(own.getDevice())), "", 5);
        case DEVICE_FARM ->
            add(inviter, kind, begin + i * 600, with(person().toBuilder().setDevice(phone)), "", 2);
        case NETWORK_FARM ->
            add(inviter, kind, begin + i * 120, with(person().toBuilder().setNetwork(line)), "", 2);
        case PAYS_FOR_SELF ->
            add(inviter, kind, begin + i * 3_000, person(), "money-of-" + inviter, 2);
        case SCRIPTED_BURST -> add(inviter, kind, begin + i, person(), "", 0);
        case PATIENT_SCRIPT -> add(inviter, kind, begin + i * 900, person(), "", 0);
        case PATIENT_ACTORS -> add(inviter, kind, begin + i * 900, person(), "", 3);
        case CIRCLE -> add("ring" + ids, kind, begin, person(), "", 0);
        case RING ->
            add(
                i == 0 ? inviter : "guest" + (ids - 1),
                kind,
                begin + i * 1_800,
                with(person().toBuilder().setNetwork(line)),
                "",
                2);
        default -> add(inviter, kind, begin, person(), "", 2);
      }
    }
    return many;
  }

  private void add(
      String inviter, Kind kind, int second, IdentityHashes identity, String payment, int minutes) {
    guests.add(new Guest("guest" + ids++, inviter, kind, second, identity, payment, minutes));
  }

  private static IdentityHashes with(IdentityHashes.Builder identity) {
    return identity.build();
  }

  private IdentityHashes person() {
    return IdentityHashes.newBuilder().setDevice(newHash()).setNetwork(newHash()).build();
  }

  private String newHash() {
    return Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
  }
}
