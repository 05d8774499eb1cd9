package io.flywheel.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flywheel.bench.SqlRecording.Exchange;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SqlConversationTest {
  private static final int DEPRECATE_EOF = 1 << 24;
  private static final int SSL = 1 << 11;
  private static final int OPEN = Wire.AUTOCOMMIT | Wire.IN_TRANSACTION;

  private final LongAdder roundTrips = new LongAdder();
  private final SqlConversation conversation = new SqlConversation(roundTrips);
  private @Nullable SqlRecording recording;

  @Test
  void requestsThatAreAnsweredAreRoundTripsAndTheLoginIsNone() {
    logIn();
    assertThat(roundTrips.sum()).isZero();
    ask("SELECT 1", Wire.columns(1), Wire.packet(Wire.bytes(1, '1')), Wire.endLikeOk(2));
    ask("DO 0", Wire.ok(Wire.AUTOCOMMIT));

    assertThat(roundTrips.sum()).isEqualTo(2);
  }

  @Test
  void aRecordingHasWholeTransactions() {
    logIn();
    ask("BEGIN", Wire.ok(OPEN));
    SqlRecording begun = new SqlRecording();
    recording = begun;
    ask("UPDATE before", Wire.ok(OPEN));
    ask("COMMIT", Wire.ok(Wire.AUTOCOMMIT));
    ask("BEGIN", Wire.ok(OPEN));
    ask("UPDATE within", Wire.ok(OPEN));
    ask("COMMIT", Wire.ok(Wire.AUTOCOMMIT));
    ask("SELECT alone", Wire.ok(Wire.AUTOCOMMIT));
    ask("BEGIN", Wire.ok(OPEN));
    ask("UPDATE unfinished", Wire.ok(OPEN));
    begun.end();
    ask("COMMIT", Wire.ok(Wire.AUTOCOMMIT));

    assertThat(begun.scripts()).hasSize(1);
    List<Exchange> exchanges = begun.scripts().getFirst().exchanges();
    assertThat(exchanges)
        .extracting(SqlConversationTest::text)
        .containsExactly("BEGIN", "UPDATE within", "COMMIT", "SELECT alone");
    assertThat(exchanges).extracting(Exchange::begins).containsExactly(true, false, false, true);
    assertThat(exchanges).extracting(Exchange::ends).containsExactly(false, false, true, true);
  }

  @Test
  void aRequestOfWhichPartWasSentBeforeIsNotRecorded() {
    logIn();
    byte[] request = Wire.query("SELECT in two pieces");
    conversation.sent(request, 10, null);
    SqlRecording begun = new SqlRecording();
    byte[] rest = Arrays.copyOfRange(request, 10, request.length);
    conversation.sent(rest, rest.length, begun);
    hear(Wire.ok(Wire.AUTOCOMMIT));
    recording = begun;
    ask("SELECT next", Wire.ok(Wire.AUTOCOMMIT));
    begun.end();

    assertThat(begun.scripts().getFirst().exchanges())
        .extracting(SqlConversationTest::text)
        .containsExactly("SELECT next");
  }

  @Test
  void anEncryptedConnectionIsRefused() {
    byte[] login = Wire.login(SSL);

    assertThatThrownBy(() -> conversation.sent(login, login.length, null))
        .hasMessage("an encrypted connection (expected: sslMode=DISABLED)");
  }

  private void logIn() {
    hear(Wire.greeting());
    byte[] login = Wire.login(DEPRECATE_EOF);
    conversation.sent(login, login.length, recording);
    hear(Wire.ok(Wire.AUTOCOMMIT));
  }

  private void ask(String sql, byte[]... answer) {
    byte[] request = Wire.query(sql);
    conversation.sent(request, request.length, recording);
    assertThat(hear(Wire.all(answer))).as("complete: %s", sql).isTrue();
  }

  private boolean hear(byte[] bytes) {
    return conversation.received(bytes, bytes.length);
  }

  /** Behind the header and the command. */
  private static String text(Exchange exchange) {
    return new String(exchange.bytes(), 5, exchange.bytes().length - 5, StandardCharsets.UTF_8);
  }
}
