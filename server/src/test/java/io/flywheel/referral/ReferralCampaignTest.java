package io.flywheel.referral;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.EnumMultiset;
import com.google.common.collect.Multiset;
import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.auth.Role;
import io.flywheel.referral.Population.Guest;
import io.flywheel.referral.Population.Kind;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AcceptInviteRequest;
import io.flywheel.v1.AcceptInviteResponse;
import io.flywheel.v1.CreateInviteRequest;
import io.flywheel.v1.Entered;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.GetReferralReportRequest;
import io.flywheel.v1.IdentityHashes;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.IngestEventsResponse;
import io.flywheel.v1.InviteRefusal;
import io.flywheel.v1.Invitee;
import io.flywheel.v1.InviteeStage;
import io.flywheel.v1.InviteeStep;
import io.flywheel.v1.ListInviteesRequest;
import io.flywheel.v1.ListInviteesResponse;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.ReferralFigures;
import io.flywheel.v1.ReferralServiceGrpc;
import io.flywheel.v1.ReviewSignal;
import io.flywheel.v1.ReviewState;
import io.flywheel.v1.Reward;
import io.flywheel.v1.StepState;
import io.flywheel.v1.Watched;
import io.grpc.Channel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A campaign over the wire, with honest people and cheats of several kinds. {@code
 * -Dflywheel.referral.people=100000} runs it large.
 */
final class ReferralCampaignTest {
  private static final int PEOPLE = Integer.getInteger("flywheel.referral.people", 1_500);
  private static final int CHUNK = 400;

  private static final int CALLERS = 16;

  /** Who comes within as many seconds comes at the same time. */
  private static final int STEP_SECONDS = 300;

  /** What a cheat whom nothing tells from a friend can bring at most: newcomers a day. */
  private static final int PER_DAY = 20;

  private static final String PROGRAM =
      """
      name: campaign
      referral:
        campaigns:
          - id: friends
            title: 邀请有礼
            rules:
              - {id: come, on: entered, hold: 1d, once_active: true, per_day: 20, inviter: [{points: 100}]}
              - {id: buy, on: ordered, hold: 7d, points_per_100_minor: 10}
      """;

  @Test
  void honestPeopleCountOnceAndCheatsAreCaughtOrBounded() throws Exception {
    Population population = new Population(PEOPLE, 42);
    try (TestServer server = TestServer.start()) {
      Run run = new Run(server, population);
      run.begin();
      run.live();
      run.check();
    }
  }

  private static final class Run {
    private final TestServer server;
    private final Population population;
    private final Sharing sharing;
    private final Channel platform;
    private final Map<String, String> codes = new ConcurrentHashMap<>();
    private final Map<String, InviteRefusal> refusals = new ConcurrentHashMap<>();
    private final Instant start;
    private final Queue<Event> watched = new PriorityQueue<>(Comparator.comparing(Run::endOf));
    private int ids;

    Run(TestServer server, Population population) {
      this.server = server;
      this.population = population;
      this.sharing = new Sharing(server, PROGRAM);
      this.platform = sharing.merchant().as(Role.PLATFORM, "platform");
      this.start = server.clock().instant();
    }

    /** Old acquaintances are known, rings are made, and everybody has a link. */
    void begin() throws Exception {
      List<Event> known = new ArrayList<>();
      for (Guest guest : population.guests()) {
        if (guest.kind() == Kind.OLD_ACQUAINTANCE) {
          known.add(event(guest.id(), start).setEntered(Entered.getDefaultInstance()).build());
        }
      }
      ingest(known);
      server.clock().advance(Duration.ofHours(1));
      List<Integer> sharers = IntStream.range(0, population.sharers().size()).boxed().toList();
      all(
          sharers,
          i -> {
            String sharer = population.sharers().get(i);
            codes.put(sharer, invite(sharer, population.identityOf(i)));
          });
      for (Guest guest : population.guests()) {
        if (guest.kind() == Kind.CIRCLE) {
          codes.put(guest.inviter(), invite(guest.inviter(), IdentityHashes.getDefaultInstance()));
          String own = invite(guest.id(), guest.identity());
          assertThat(accept(guest.inviter(), own, IdentityHashes.getDefaultInstance()))
              .isEqualTo(InviteRefusal.INVITE_REFUSAL_UNSPECIFIED);
        }
      }
    }

    /** Everybody comes in their order; some watch, some order with whatever money they have. */
    void live() throws Exception {
      Instant from = server.clock().instant();
      List<Guest> guests = population.guests();
      for (int first = 0; first < guests.size(); ) {
        int end = first;
        int until = guests.get(first).second() / STEP_SECONDS * STEP_SECONDS + STEP_SECONDS;
        while (end < guests.size() && guests.get(end).second() < until) {
          end++;
        }
        Instant now = from.plusSeconds(until);
        server.clock().advance(Duration.between(server.clock().instant(), now));
        come(guests.subList(first, end), from);
        first = end;
      }
      List<Event> last = new ArrayList<>();
      server.clock().advance(Duration.ofHours(1));
      takeWatched(Instant.MAX, last);
      ingest(last);
      server.clock().advance(Duration.ofDays(8));
      sharing.merchant().settle();
    }

    /** Some come at about the same time, each by their own app. */
    private void come(List<Guest> guests, Instant from) throws Exception {
      all(
          guests,
          guest -> {
            String code =
                codes.computeIfAbsent(
                    guest.inviter(), other -> invite(other, IdentityHashes.getDefaultInstance()));
            refusals.put(guest.id(), accept(guest.id(), code, guest.identity()));
          });
      List<Event> events = new ArrayList<>();
      for (Guest guest : guests) {
        Instant at = from.plusSeconds(guest.second());
        takeWatched(at, events);
        events.add(event(guest.id(), at).setEntered(Entered.getDefaultInstance()).build());
        watch(guest, at);
        if (!guest.payment().isEmpty()) {
          events.add(ordered(guest.id(), at, guest.payment()));
        }
        if (guest.kind() == Kind.PAYS_FOR_SELF) {
          events.add(ordered(guest.inviter(), at, guest.payment()));
        }
      }
      ingest(events);
    }

    private static <T> void all(Collection<T> things, Consumer<T> deed) throws Exception {
      List<Future<?>> deeds = new ArrayList<>();
      try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
        things.forEach(thing -> deeds.add(callers.submit(() -> deed.accept(thing))));
      }
      for (Future<?> done : deeds) {
        done.get();
      }
    }

    /** A platform tells of watch time once somebody has gone. */
    private void watch(Guest guest, Instant at) {
      if (guest.minutes() > 0) {
        Instant begin = at.plusSeconds(1);
        Instant end = begin.plusSeconds(60L * guest.minutes());
        watched.add(
            event(guest.id(), end)
                .setWatched(
                    Watched.newBuilder()
                        .setStartedAt(Timestamps.fromMillis(begin.toEpochMilli()))
                        .setEndedAt(Timestamps.fromMillis(end.toEpochMilli())))
                .build());
      }
    }

    private void takeWatched(Instant until, List<Event> events) {
      while (!watched.isEmpty() && endOf(watched.peek()).isBefore(until)) {
        events.add(watched.remove());
      }
    }

    private static Instant endOf(Event watched) {
      return Instant.ofEpochMilli(Timestamps.toMillis(watched.getOccurredAt()));
    }

    void check() throws Exception {
      Map<String, Brought> brought = brought();
      Map<String, Integer> paidADay = paidADay(brought);
      Map<Kind, Sum> sums = new EnumMap<>(Kind.class);
      for (Guest guest : population.guests()) {
        sums.computeIfAbsent(guest.kind(), unused -> new Sum())
            .add(guest, refused(guest), brought.get(guest.id()), paidADay);
      }
      String figures = sums.toString();
      System.out.println(figures);
      Sum honest = sums.getOrDefault(Kind.HONEST, new Sum());
      assertThat(honest.people).isPositive();
      assertThat(honest.refused + honest.flagged)
          .as("false alarms: %s", figures)
          .isLessThanOrEqualTo(honest.people / 1_000);
      assertThat(honest.wrong).as("honest people who are not as they should be").isEmpty();
      sums.forEach((kind, sum) -> {
        if (kind != Kind.HONEST && kind != Kind.PATIENT_ACTORS) {
          assertThat(sum.people - sum.paid)
              .as("refused, held back or of no use, of %s: %s", kind, figures)
              .isGreaterThanOrEqualTo(sum.people * 95 / 100);
        }
      });
      assertThat(paidADay)
          .as("whom nothing tells from friends, the cap bounds")
          .allSatisfy((inviterAndDay, paid) -> assertThat(paid).isLessThanOrEqualTo(PER_DAY));
      assertThat(total().getPoints())
          .as("what the campaign cost")
          .isEqualTo(brought.values().stream().mapToLong(Brought::points).sum());
    }

    private InviteRefusal refused(Guest guest) {
      return refusals.getOrDefault(guest.id(), InviteRefusal.UNRECOGNIZED);
    }

    /** How often an inviter was paid for a newcomer on a day, by both. */
    private static Map<String, Integer> paidADay(Map<String, Brought> brought) {
      Map<String, Integer> paid = new HashMap<>();
      brought.values().stream()
          .filter(one -> one.entry() == StepState.STEP_STATE_PAID)
          .forEach(one -> paid.merge(one.inviterAndDay(), 1, Integer::sum));
      return paid;
    }

    /**
     * What somebody brought whoever invited.
     *
     * @param entry what became of the payment for the entry
     * @param paidDay the day on which it was due
     */
    private record Brought(
        String inviterId, Invitee invitee, StepState entry, long paidDay, long points) {
      String inviterAndDay() {
        return inviterId + " " + paidDay;
      }
    }

    /** What everybody brought, by their ids; nobody is anybody's twice. */
    private Map<String, Brought> brought() throws Exception {
      Map<String, Brought> brought = new ConcurrentHashMap<>();
      List<String> twice = new CopyOnWriteArrayList<>();
      all(
          codes.keySet(),
          inviter -> {
            for (Invitee invitee : invitees(inviter)) {
              if (brought.put(invitee.getInviteeId(), brought(inviter, invitee)) != null) {
                twice.add(invitee.getInviteeId());
              }
            }
          });
      assertThat(twice).as("invited by two").isEmpty();
      return brought;
    }

    private static Brought brought(String inviter, Invitee invitee) {
      long points = 0;
      long day = 0;
      StepState entry = StepState.STEP_STATE_UNSPECIFIED;
      for (InviteeStep step : invitee.getStepsList()) {
        if (step.getStage() == InviteeStage.INVITEE_STAGE_ENTERED) {
          entry = step.getState();
          day = (Timestamps.toMillis(step.getReachedAt()) / 3_600_000 + 24 + 8) / 24;
        }
        if (step.getState() == StepState.STEP_STATE_PAID) {
          for (Reward reward : step.getRewardsList()) {
            points += reward.getPoints().getAmount();
          }
        }
      }
      return new Brought(inviter, invitee, entry, day, points);
    }

    private List<Invitee> invitees(String inviter) {
      List<Invitee> all = new ArrayList<>();
      String token = "";
      do {
        ListInviteesResponse page =
            ReferralServiceGrpc.newBlockingStub(platform)
                .listInvitees(
                    ListInviteesRequest.newBuilder()
                        .setViewerId(inviter)
                        .setPageSize(100)
                        .setPageToken(token)
                        .build());
        all.addAll(page.getInviteesList());
        token = page.getNextPageToken();
      } while (!token.isEmpty());
      return all;
    }

    /** What became of those of a kind. */
    private static final class Sum {
      private int people;
      private int refused;
      private int flagged;
      private int paid;
      private final List<String> wrong = new ArrayList<>();
      private final Multiset<ReviewSignal> signals = EnumMultiset.create(ReviewSignal.class);

      void add(
          Guest guest,
          InviteRefusal refusal,
          @Nullable Brought brought,
          Map<String, Integer> paidADay) {
        people++;
        paid += brought != null && brought.points() > 0 ? 1 : 0;
        if (refusal != InviteRefusal.INVITE_REFUSAL_UNSPECIFIED) {
          refused++;
        } else if (brought == null) {
          wrong.add(guest + " is nobody's");
        } else if (brought.invitee().getReview() != ReviewState.REVIEW_STATE_UNSPECIFIED) {
          flagged++;
          brought.invitee().getEvidenceList().forEach(sign -> signals.add(sign.getSignal()));
        } else if (brought.entry() != expected(guest, brought, paidADay)) {
          wrong.add(guest + " " + brought);
        }
      }

      private static StepState expected(
          Guest guest, Brought brought, Map<String, Integer> paidADay) {
        if (guest.minutes() == 0 && guest.payment().isEmpty()) {
          return StepState.STEP_STATE_WAITING;
        }
        return brought.entry() == StepState.STEP_STATE_CAPPED
                && paidADay.getOrDefault(brought.inviterAndDay(), 0) == PER_DAY
            ? StepState.STEP_STATE_CAPPED
            : StepState.STEP_STATE_PAID;
      }

      @Override
      public String toString() {
        return "%d people, %d refused, %d held back %s, %d paid for"
            .formatted(people, refused, flagged, signals, paid);
      }
    }

    private ReferralFigures total() {
      return sharing
          .as(Role.MERCHANT, "owner")
          .getReferralReport(
              GetReferralReportRequest.newBuilder().setCampaignId("friends").setDays(30).build())
          .getTotal();
    }

    private String invite(String viewerId, IdentityHashes identity) {
      return ReferralServiceGrpc.newBlockingStub(platform)
          .createInvite(
              CreateInviteRequest.newBuilder()
                  .setRequestId("invite-" + viewerId)
                  .setViewerId(viewerId)
                  .setIdentity(identity)
                  .build())
          .getInvite()
          .getCode();
    }

    private InviteRefusal accept(String viewerId, String code, IdentityHashes identity) {
      AcceptInviteResponse answer =
          ReferralServiceGrpc.newBlockingStub(platform)
              .acceptInvite(
                  AcceptInviteRequest.newBuilder()
                      .setRequestId("accept-" + viewerId)
                      .setViewerId(viewerId)
                      .setCode(code)
                      .setIdentity(identity)
                      .build());
      return answer.getRefusal();
    }

    private Event ordered(String viewerId, Instant at, String payment) {
      return event(viewerId, at)
          .setOrdered(
              Ordered.newBuilder()
                  .setOrderId("order-" + ++ids)
                  .setAmountMinor(10_000)
                  .setPaymentHash(payment))
          .build();
    }

    private Event.Builder event(String viewerId, Instant at) {
      return Event.newBuilder()
          .setEventId("event-" + ++ids)
          .setViewerId(viewerId)
          .setRoomId(TestServer.ROOM)
          .setOccurredAt(Timestamps.fromMillis(at.toEpochMilli()));
    }

    private void ingest(List<Event> events) {
      for (int from = 0; from < events.size(); from += CHUNK) {
        List<Event> some = events.subList(from, Math.min(from + CHUNK, events.size()));
        IngestEventsResponse answer =
            EventServiceGrpc.newBlockingStub(platform)
                .ingestEvents(IngestEventsRequest.newBuilder().addAllEvents(some).build());
        assertThat(answer.getAccepted()).isEqualTo(some.size());
      }
    }
  }
}
