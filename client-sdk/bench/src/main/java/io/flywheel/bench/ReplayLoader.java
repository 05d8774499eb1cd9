package io.flywheel.bench;

import io.flywheel.bench.SqlRecording.Exchange;
import io.flywheel.bench.SqlRecording.Script;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Asks a database for the very bytes that a server has asked it for, by as many connections, as
 * soon as the one before is answered: the same rows, reads and statements, and no rules.
 * Transactions begin in their {@link CommitOrder}, so that each finds the rows that it found when
 * it was recorded, and none meets a lock that it did not meet then. Used by one thread.
 */
final class ReplayLoader {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int LONGEST_ANSWER_MILLIS = 60_000;
  private static final int INIT_DB = 2;

  /** Where a packet's first byte stands, behind its length and its number. */
  private static final int COMMAND = 4;

  private final SqlRecording recording;
  private final CommitOrder order;
  private final LongAdder different = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final AtomicReference<@Nullable String> firstError = new AtomicReference<>();

  private ReplayLoader(SqlRecording recording) {
    this.recording = recording;
    this.order =
        new CommitOrder(
            recording.scripts().stream()
                .flatMap(script -> script.exchanges().stream())
                .filter(Exchange::ends)
                .map(Exchange::endedNanos)
                .toList());
  }

  /**
   * What came of it.
   *
   * @param different how many answers were not, byte by byte, those that the server got
   * @param failed how many of them were errors
   * @param firstError one of the errors; null: there was none
   */
  record Replayed(
      double seconds, long requests, long different, long failed, @Nullable String firstError) {}

  /** Replays a recording in the baselines' schema. */
  static Replayed replay(DatabaseServer database, SqlRecording recording) throws Exception {
    return new ReplayLoader(recording).replay(database);
  }

  private Replayed replay(DatabaseServer database) throws Exception {
    List<Line> lines = new ArrayList<>();
    try {
      for (Script script : recording.scripts()) {
        lines.add(new Line(database, script));
      }
      long start = System.nanoTime();
      Parallel.run(
          lines.size(),
          number ->
              () -> {
                lines.get(number).speak();
                return number;
              });
      double seconds = (System.nanoTime() - start) / 1e9;
      return new Replayed(
          seconds, recording.requests(), different.sum(), failed.sum(), firstError.get());
    } finally {
      for (Line line : lines) {
        line.close();
      }
    }
  }

  /** One connection, which the driver has logged in. */
  private final class Line implements AutoCloseable {
    private final Connection connection;
    private final Socket socket;
    private final Iterator<Exchange> script;
    private final SqlAnswer answer;

    Line(DatabaseServer database, Script script) throws SQLException, IOException {
      this.connection = database.connectAsServer(database.baselineSchema());
      this.socket = TappedSockets.takeLatest();
      this.script = script.exchanges().iterator();
      this.answer = new SqlAnswer(script.endsAsOk(), SqlAnswer.freshStatus());
      socket.setSoTimeout(LONGEST_ANSWER_MILLIS);
    }

    void speak() throws IOException, InterruptedException {
      byte[] buffer = new byte[BUFFER_BYTES];
      OutputStream out = socket.getOutputStream();
      InputStream in = socket.getInputStream();
      try {
        while (script.hasNext()) {
          Exchange exchange = script.next();
          if (exchange.begins()) {
            order.awaitTurn(exchange.startedNanos());
          }
          ask(exchange, in, out, buffer);
          if (exchange.ends()) {
            order.end(exchange.endedNanos());
          }
        }
      } finally {
        if (script.hasNext()) {
          order.giveUp();
        }
      }
    }

    private void ask(Exchange exchange, InputStream in, OutputStream out, byte[] buffer)
        throws IOException {
      if (exchange.bytes()[COMMAND] == INIT_DB) {
        throw new IOException("the server has changed its schema (expected: one for everything)");
      }
      answer.begin();
      out.write(exchange.bytes());
      int count;
      do {
        count = in.read(buffer);
        if (count < 0) {
          throw new IOException("the database has hung up");
        }
      } while (!answer.feed(buffer, count));
      if (answer.checksum() != exchange.checksum()) {
        different.increment();
        if (!answer.error().isEmpty()) {
          failed.increment();
          firstError.compareAndSet(null, answer.error());
        }
      }
    }

    @Override
    public void close() throws SQLException {
      connection.close();
    }
  }
}
