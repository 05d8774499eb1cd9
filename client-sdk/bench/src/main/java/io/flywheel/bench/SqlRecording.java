package io.flywheel.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * What the connections to a database asked for during a while, as the bytes that they sent, from
 * each one's first transaction that began in it to its last that ended. Thread-safe.
 */
final class SqlRecording {
  private final List<Script> scripts = new ArrayList<>();
  private long bytes;
  private boolean ended;

  /**
   * One request and what came of it.
   *
   * @param bytes the packets, as they were sent
   * @param startedNanos when the database got it, by {@link System#nanoTime}
   * @param endedNanos when its answer was complete
   * @param checksum of the answer
   * @param begins whether no transaction was open before it
   * @param ends whether none was open after it
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them or writes to them
  record Exchange(
      byte[] bytes,
      long startedNanos,
      long endedNanos,
      long checksum,
      boolean begins,
      boolean ends) {}

  /** The requests of one connection, in order. */
  final class Script {
    private final boolean endsAsOk;
    private final List<Exchange> exchanges = new ArrayList<>();

    private Script(boolean endsAsOk) {
      this.endsAsOk = endsAsOk;
    }

    /** Adds what was asked and answered, if the recording still runs. */
    void add(Exchange exchange) {
      synchronized (SqlRecording.this) {
        if (!ended) {
          exchanges.add(exchange);
          bytes += exchange.bytes.length;
        }
      }
    }

    /** How the connection's answers are to be read, see {@link SqlAnswer}. */
    boolean endsAsOk() {
      return endsAsOk;
    }

    /** The requests of whole transactions. */
    List<Exchange> exchanges() {
      synchronized (SqlRecording.this) {
        return List.copyOf(exchanges);
      }
    }

    private void forgetUnfinished() {
      while (!exchanges.isEmpty() && !exchanges.getLast().ends) {
        exchanges.removeLast();
      }
    }
  }

  /** Begins a connection's script. */
  synchronized Script open(boolean endsAsOk) {
    Script script = new Script(endsAsOk);
    scripts.add(script);
    return script;
  }

  /** Ends the recording; what comes later is no part of it. */
  synchronized void end() {
    ended = true;
    scripts.forEach(Script::forgetUnfinished);
    scripts.removeIf(script -> script.exchanges.isEmpty());
  }

  /** How many bytes of requests it holds. */
  synchronized long bytes() {
    return bytes;
  }

  /** What each connection asked for. */
  synchronized List<Script> scripts() {
    return List.copyOf(scripts);
  }

  /** How many requests there are in all. */
  synchronized long requests() {
    return scripts.stream().mapToLong(script -> script.exchanges.size()).sum();
  }
}
