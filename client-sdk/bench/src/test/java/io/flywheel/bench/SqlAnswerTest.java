package io.flywheel.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SqlAnswerTest {
  private static final byte[] ROW = Wire.packet(Wire.bytes(1, 'a'));

  /** A row whose first value is so long that its length takes eight bytes. */
  private static final byte[] ROW_LIKE_AN_END =
      Wire.packet(Wire.bytes(0xfe, 1, 0, 0, 0, 0, 0, 0, 0, 'a'));

  @Test
  void aStatementWithoutRowsIsOnePacket() {
    SqlAnswer answer = new SqlAnswer(true, Wire.AUTOCOMMIT);
    endsWith(answer, Wire.ok(Wire.AUTOCOMMIT | Wire.IN_TRANSACTION));

    assertThat(answer.inTransaction()).isTrue();
    assertThat(answer.autocommit()).isTrue();
    endsWith(answer, Wire.ok(0));
    assertThat(answer.inTransaction()).isFalse();
    assertThat(answer.autocommit()).isFalse();
  }

  @Test
  void rowsEndAsTheConnectionHasIt() {
    SqlAnswer likeOk = new SqlAnswer(true, Wire.AUTOCOMMIT);
    endsWith(likeOk, Wire.columns(2), ROW, ROW, Wire.endLikeOk(Wire.IN_TRANSACTION));
    assertThat(likeOk.inTransaction()).isTrue();

    SqlAnswer old = new SqlAnswer(false, Wire.AUTOCOMMIT);
    endsWith(
        old, Wire.columns(2), Wire.end(0), ROW, ROW_LIKE_AN_END, Wire.end(Wire.IN_TRANSACTION));
    assertThat(old.inTransaction()).isTrue();
  }

  @Test
  void severalStatementsHaveOneAnswer() {
    SqlAnswer answer = new SqlAnswer(true, Wire.AUTOCOMMIT);
    endsWith(
        answer,
        Wire.ok(Wire.MORE_RESULTS),
        Wire.columns(1),
        ROW,
        Wire.endLikeOk(Wire.MORE_RESULTS | Wire.IN_TRANSACTION),
        Wire.columns(1),
        Wire.endLikeOk(Wire.MORE_RESULTS | Wire.IN_TRANSACTION),
        Wire.ok(Wire.AUTOCOMMIT));

    assertThat(answer.inTransaction()).isFalse();
  }

  @Test
  void anErrorEndsTheAnswerWhereverItComes() {
    SqlAnswer answer = new SqlAnswer(true, Wire.AUTOCOMMIT);
    endsWith(
        answer,
        Wire.ok(Wire.MORE_RESULTS),
        Wire.columns(1),
        ROW,
        Wire.error(1213, "Deadlock found"));

    assertThat(answer.error()).isEqualTo("1213 #40001Deadlock found");
    endsWith(answer, Wire.ok(Wire.AUTOCOMMIT));
    assertThat(answer.error()).isEmpty();
  }

  @Test
  void theSumTellsAnswersApart() {
    SqlAnswer answer = new SqlAnswer(true, Wire.AUTOCOMMIT);
    endsWith(answer, Wire.columns(1), ROW, Wire.endLikeOk(0));
    long once = answer.checksum();
    endsWith(answer, Wire.columns(1), ROW, Wire.endLikeOk(0));
    long again = answer.checksum();
    endsWith(answer, Wire.columns(1), Wire.packet(Wire.bytes(1, 'b')), Wire.endLikeOk(0));

    assertThat(again).isEqualTo(once).isNotEqualTo(answer.checksum());
  }

  /** The answer must be complete with its last byte and not before. */
  private static void endsWith(SqlAnswer answer, byte[]... packets) {
    byte[] bytes = Wire.all(packets);
    answer.begin();
    for (int i = 0; i < bytes.length; i++) {
      assertThat(answer.feed(new byte[] {bytes[i]}, 1))
          .as("complete after byte %d of %d", i + 1, bytes.length)
          .isEqualTo(i == bytes.length - 1);
    }
  }
}
