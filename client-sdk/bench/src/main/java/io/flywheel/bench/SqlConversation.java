package io.flywheel.bench;

import io.flywheel.bench.SqlRecording.Exchange;
import io.flywheel.bench.SqlRecording.Script;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Follows what is said on one connection between a server and its database, beginning with the
 * login: the database speaks first, and then answers one request after the other. Thread-safe.
 */
final class SqlConversation {
  private static final int DEPRECATE_EOF = 1 << 24;
  private static final int COMPRESS = 1 << 5;
  private static final int SSL = 1 << 11;
  private static final int QUIT = 1;
  private static final int INIT_DB = 2;
  private static final int QUERY = 3;
  private static final int PING = 14;
  private static final int RESET_CONNECTION = 31;
  private static final int LOGGED_IN = 0;

  private final LongAdder roundTrips;
  private final Packets requests = new Packets(4, this::request);
  private final Packets login = new Packets(1, this::loginAnswer);
  private final ByteArrayOutputStream request = new ByteArrayOutputStream();
  private boolean endsAsOk;
  private boolean greeted;
  private @Nullable SqlAnswer answer;
  private boolean isAsking;
  private long startedNanos;
  private boolean begins;
  private @Nullable SqlRecording recording;
  private @Nullable Script script;

  /**
   * A connection that was just opened.
   *
   * @param roundTrips counts the requests that are answered
   */
  SqlConversation(LongAdder roundTrips) {
    this.roundTrips = roundTrips;
  }

  /**
   * The client sent so many bytes.
   *
   * @param current what is being recorded now; null: nothing is
   */
  synchronized void sent(byte[] bytes, int count, @Nullable SqlRecording current) {
    SqlAnswer known = answer;
    if (known != null && !isAsking) {
      isAsking = true;
      if (recording != current) {
        join(known, current);
      }
    }
    if (script != null) {
      request.write(bytes, 0, count);
    }
    requests.feed(bytes, count);
  }

  /** The database sent so many bytes; returns whether that was all until the client speaks. */
  synchronized boolean received(byte[] bytes, int count) {
    SqlAnswer known = answer;
    if (known == null) {
      login.feed(bytes, count);
      return true;
    }
    if (!known.feed(bytes, count)) {
      return false;
    }
    isAsking = false;
    roundTrips.increment();
    Script own = script;
    if (own != null) {
      own.add(
          new Exchange(
              request.toByteArray(),
              startedNanos,
              System.nanoTime(),
              known.checksum(),
              begins,
              !known.inTransaction()));
      request.reset();
    }
    return true;
  }

  /** A connection that is within a transaction waits for its end before it is recorded. */
  private void join(SqlAnswer known, @Nullable SqlRecording current) {
    if (current != null && !known.inTransaction() && known.autocommit()) {
      recording = current;
      script = current.open(endsAsOk);
    } else {
      recording = null;
      script = null;
    }
    request.reset();
  }

  private void request(byte[] head, long length) {
    SqlAnswer known = answer;
    if (known == null) {
      if (!greeted) {
        greeted = true;
        agree(head);
      }
      return;
    }
    switch (head[0]) {
      case QUIT -> request.reset();
      case QUERY, PING, INIT_DB, RESET_CONNECTION -> {
        begins = !known.inTransaction();
        startedNanos = System.nanoTime();
        known.begin();
      }
      default ->
          throw new IllegalStateException("command " + head[0] + " (expected: statements as text)");
    }
  }

  /** The client's first packet begins with what it can do. */
  private void agree(byte[] head) {
    int can = 0;
    for (int i = 3; i >= 0; i--) {
      can = (can << 8) | (head[i] & 0xff);
    }
    if ((can & (SSL | COMPRESS)) != 0) {
      throw new IllegalStateException("an encrypted connection (expected: sslMode=DISABLED)");
    }
    endsAsOk = (can & DEPRECATE_EOF) != 0;
  }

  private void loginAnswer(byte[] head, long length) {
    if (greeted && head[0] == LOGGED_IN) {
      answer = new SqlAnswer(endsAsOk, SqlAnswer.freshStatus());
    }
  }
}
