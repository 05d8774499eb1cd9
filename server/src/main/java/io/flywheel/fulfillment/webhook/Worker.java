package io.flywheel.fulfillment.webhook;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.JournalChunk;
import io.flywheel.engine.JournalCursor;
import io.flywheel.engine.JournalGapException;
import io.flywheel.engine.JournalReader;
import io.flywheel.fulfillment.Arrivals;
import io.flywheel.fulfillment.Outbound;
import io.flywheel.platform.db.Database;
import io.flywheel.v1.Fulfillment;
import io.flywheel.v1.FulfillmentKind;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after one endpoint for as long as it owns it: what the journal brings becomes messages,
 * those that are due are sent, and what came of them is noted. All it does to the tables is done
 * under the lock on the endpoint's row and only while the row names it as owner, so that two nodes
 * never work on an endpoint's messages; a message that was on its way when the owner changed may be
 * sent twice.
 */
final class Worker implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Worker.class);
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration REST = Duration.ofMillis(200);
  private static final Duration LONG_REST = Duration.ofSeconds(1);
  private static final Duration REST_AFTER_FAILURE = Duration.ofSeconds(2);
  private static final int PART = 500;

  /** As many messages wait to be sent before more are made; until then the journal keeps them. */
  private static final int MAX_WAITING = 5_000;

  /** After so many entries without a message, how far it has read is noted. */
  private static final int ENTRIES_A_NOTE = 10_000;

  private static final JsonFormat.Printer JSON =
      JsonFormat.printer().omittingInsignificantWhitespace();

  /** What all workers share. */
  record Tools(
      WebhookConfig config,
      Database database,
      JournalReader journal,
      EndpointDao endpoints,
      MessageDao messages,
      Sender sender,
      Arrivals arrivals,
      Clock clock,
      MeterRegistry metrics) {
    @Inject
    Tools {}
  }

  private record Tried(MessageDao.Due message, Sender.Attempt attempt) {}

  private final Tools tools;
  private final EndpointKey key;

  /** Of its own, so that even an earlier worker of the same node is somebody else. */
  private final String owner;

  private final Queue<Tried> tried = new ConcurrentLinkedQueue<>();
  private final Set<Long> underWay = ConcurrentHashMap.newKeySet();
  private JournalCursor read;
  private int unsaid;
  private Instant pausedUntil = Instant.MIN;
  private volatile boolean stopped;

  private Worker(Tools tools, EndpointKey key, String owner, JournalCursor read) {
    this.tools = tools;
    this.key = key;
    this.owner = owner;
    this.read = read;
  }

  /** Takes an endpoint that is on and that nobody looks after; empty: somebody has taken it. */
  static Optional<Worker> take(Tools tools, EndpointKey key, String owner) {
    return tools.database.inTransaction(handle -> {
      long now = tools.clock.millis();
      Optional<EndpointDao.Row> free =
          tools
              .endpoints
              .lock(handle, key)
              .filter(row -> row.enabled() && row.leaseMillis() <= now);
      if (free.isEmpty()) {
        return Optional.empty();
      }
      tools.endpoints.setOwner(handle, key, owner, now + LEASE.toMillis());
      Optional<JournalCursor> read = tools.journal.saved(handle, key.merchantId(), key.readerId());
      return read.map(from -> new Worker(tools, key, owner, from));
    });
  }

  void stop() {
    stopped = true;
  }

  @Override
  public void run() {
    try (Arrivals.Waiting arrivals = tools.arrivals.of(key.merchantId())) {
      int idle = 0;
      while (!stopped) {
        try {
          Optional<Step> taken = step();
          if (taken.isEmpty()) {
            break;
          }
          Step step = taken.get();
          step.due.forEach(message -> send(step.endpoint, message, arrivals));
          if (!step.more && step.due.isEmpty()) {
            idle = underWay.isEmpty() ? idle + 1 : 0;
            arrivals.await(idle < 10 ? REST : LONG_REST);
          }
        } catch (JournalGapException e) {
          log.error("Webhooks of {} have missed what the journal no longer keeps", key);
          read = tools.journal.first(key.merchantId());
        } catch (RuntimeException e) {
          log.warn("Webhooks of {} failed; they go on soon", key, e);
          arrivals.await(REST_AFTER_FAILURE);
        }
      }
      release();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * What is to be done next.
   *
   * @param due what to send now
   * @param more whether the journal has more by now
   */
  private record Step(EndpointDao.Row endpoint, List<MessageDao.Due> due, boolean more) {}

  /**
   * Notes what came of attempts and what the journal brings; empty: it owns the endpoint no more.
   */
  private Optional<Step> step() {
    Instant now = tools.clock.instant();
    Optional<JournalChunk> part =
        hasRoom() ? Optional.of(tools.journal.next(read, PART)) : Optional.empty();
    List<Tried> noted = new ArrayList<>(tried);
    Optional<Step> step =
        tools.database.inTransaction(handle -> {
          Optional<EndpointDao.Row> row =
              tools
                  .endpoints
                  .lock(handle, key)
                  .filter(found -> found.enabled() && found.owner().equals(owner));
          if (row.isEmpty()) {
            return Optional.empty();
          }
          Notes notes = new Notes(handle, row.get(), now);
          if (!notes.take(noted)) {
            return Optional.empty();
          }
          part.ifPresent(notes::take);
          notes.keepOwned();
          List<MessageDao.Due> due = now.isBefore(pausedUntil) ? List.of() : notes.due(noted);
          return Optional.of(new Step(row.get(), due, part.map(JournalChunk::more).orElse(false)));
        });
    // What was noted is forgotten only now that it is committed.
    noted.forEach(one -> {
      tried.remove(one);
      underWay.remove(one.message.number());
    });
    part.ifPresent(taken -> {
      read = taken.next();
      unsaid = saves(taken) ? 0 : unsaid + taken.entries().size();
    });
    return step;
  }

  /** What one transaction notes. */
  private final class Notes {
    private final Handle handle;
    private final EndpointDao.Row endpoint;
    private final Instant now;

    Notes(Handle handle, EndpointDao.Row endpoint, Instant now) {
      this.handle = handle;
      this.endpoint = endpoint;
      this.now = now;
    }

    /** What came of attempts; false: the endpoint is gone for good, and switched off. */
    boolean take(List<Tried> noted) {
      boolean on = true;
      for (Tried one : noted) {
        long millis = now.toEpochMilli();
        Sender.Attempt attempt = one.attempt;
        if (attempt.isDelivered()) {
          tools.messages.delivered(handle, key, one.message, attempt.status(), millis);
        } else {
          on &= !attempt.isGone();
          pause(attempt);
          Optional<Instant> next =
              Backoff.next(
                  one.message.attempts() + 1,
                  attempt.retryAfter(),
                  now,
                  ThreadLocalRandom.current());
          if (next.isPresent()) {
            tools.messages.failed(
                handle, key, one.message, attempt, next.get().toEpochMilli(), millis);
          } else {
            tools.messages.died(handle, key, one.message, attempt, millis);
          }
        }
      }
      if (!on) {
        tools.endpoints.change(
            handle, key, endpoint.url(), endpoint.kinds(), false, "the endpoint answered 410 Gone");
        tools.endpoints.setOwner(handle, key, "", 0);
      }
      return on;
    }

    /**
     * An endpoint that has too much, or is being repaired, is left alone for as long as it asks.
     */
    private void pause(Sender.Attempt attempt) {
      if (attempt.status() == 429 || attempt.status() == 503) {
        Instant until = now.plus(Backoff.bounded(attempt.retryAfter()));
        pausedUntil = until.isAfter(pausedUntil) ? until : pausedUntil;
      }
    }

    /** What the journal brings. */
    void take(JournalChunk part) {
      List<MessageDao.Fresh> fresh = messagesOf(part, endpoint.kinds(), endpoint.nextNumber());
      if (!fresh.isEmpty()) {
        tools.messages.insert(handle, key, fresh, now.toEpochMilli());
        tools.endpoints.setNextNumber(handle, key, endpoint.nextNumber() + fresh.size());
      }
      if (!fresh.isEmpty() || saves(part)) {
        tools.journal.save(handle, key.readerId(), part.next());
      }
    }

    void keepOwned() {
      if (endpoint.leaseMillis() - now.toEpochMilli() < LEASE.toMillis() * 2 / 3) {
        tools.endpoints.setOwner(handle, key, owner, now.plus(LEASE).toEpochMilli());
      }
    }

    List<MessageDao.Due> due(List<Tried> noted) {
      Set<Long> busy = new HashSet<>(underWay);
      noted.forEach(one -> busy.remove(one.message.number()));
      int free = tools.config.concurrency() - busy.size();
      if (free <= 0) {
        return List.of();
      }
      return tools.messages.due(handle, key, now.toEpochMilli(), free + busy.size()).stream()
          .filter(message -> !busy.contains(message.number()))
          .limit(free)
          .toList();
    }
  }

  /** Whether how far it has read is noted though it brings no message. */
  private boolean saves(JournalChunk part) {
    return unsaid + part.entries().size() >= ENTRIES_A_NOTE;
  }

  private boolean hasRoom() {
    return tools.database.read(handle -> !tools.messages.hasWaiting(handle, key, MAX_WAITING));
  }

  private void send(EndpointDao.Row endpoint, MessageDao.Due message, Arrivals.Waiting arrivals) {
    underWay.add(message.number());
    Thread.ofVirtual()
        .name("webhook")
        .start(() -> {
          Sender.Attempt attempt =
              tools.sender.send(endpoint.url(), endpoint.secrets(), message.id(), message.body());
          tools
              .metrics
              .counter(
                  "flywheel.webhook.attempts",
                  "outcome",
                  attempt.isDelivered() ? "delivered" : "failed")
              .increment();
          tried.add(new Tried(message, attempt));
          arrivals.wake();
        });
  }

  /** Leaves the endpoint, if it is still its own, to whoever comes next. */
  private void release() {
    tools.database.inTransaction(handle -> {
      if (tools.endpoints.lock(handle, key).filter(row -> row.owner().equals(owner)).isPresent()) {
        tools.endpoints.setOwner(handle, key, "", 0);
      }
      return null;
    });
  }

  private static List<MessageDao.Fresh> messagesOf(
      JournalChunk part, Set<FulfillmentKind> kinds, long nextNumber) {
    List<MessageDao.Fresh> fresh = new ArrayList<>();
    part.entries().stream()
        .flatMap(entry -> Outbound.of(entry, kinds).stream())
        .forEach(one ->
            fresh.add(
                new MessageDao.Fresh(
                    nextNumber + fresh.size(),
                    one.getFulfillmentId(),
                    one.getViewerId(),
                    typeOf(one),
                    bodyOf(one),
                    Timestamps.toMillis(one.getOccurredAt()))));
    return fresh;
  }

  private static final Map<FulfillmentKind, String> TYPES =
      Map.of(
          FulfillmentKind.FULFILLMENT_KIND_GRANT_ISSUED, "grant.issued",
          FulfillmentKind.FULFILLMENT_KIND_GRANT_REVOKED, "grant.revoked",
          FulfillmentKind.FULFILLMENT_KIND_REDEMPTION_MOVED, "redemption.moved",
          FulfillmentKind.FULFILLMENT_KIND_TAG_ENTERED, "tag.entered",
          FulfillmentKind.FULFILLMENT_KIND_TAG_LEFT, "tag.left",
          FulfillmentKind.FULFILLMENT_KIND_REMINDER_SENT, "reminder.sent",
          FulfillmentKind.FULFILLMENT_KIND_BUDGET_REACHED, "budget.reached");

  private static String typeOf(Fulfillment fulfillment) {
    return TYPES.getOrDefault(Outbound.kindOf(fulfillment.toBuilder()), "");
  }

  private static String bodyOf(Fulfillment fulfillment) {
    JsonObject body = new JsonObject();
    body.addProperty("type", typeOf(fulfillment));
    body.addProperty("timestamp", Timestamps.toString(fulfillment.getOccurredAt()));
    try {
      body.add("data", JsonParser.parseString(JSON.print(fulfillment)));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a fulfillment has no Any", e);
    }
    return body.toString();
  }
}
