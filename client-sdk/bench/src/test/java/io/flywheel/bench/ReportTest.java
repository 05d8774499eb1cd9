package io.flywheel.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class ReportTest {
  private final StringWriter text = new StringWriter();
  private final Report report = new Report(new PrintWriter(text, true));

  @Test
  void ratiosSayWhetherTheirTargetsAreReached() {
    report.atLeast("rate", 0.61, 0.5);
    report.atMost("latency", 12.4, 10);
    report.printRatios();

    assertThat(text.toString().lines().map(line -> line.strip().replaceAll(" +", " ")))
        .contains("rate 0.61 at least 0.50 reached", "latency 12.4 at most 10 MISSED");
    assertThat(report.isSound()).isTrue();
  }

  @Test
  void aLostEventMakesTheRunUnsound() {
    report.part("ingest");
    report.violation("of 10 new events: 9 accepted");
    report.printRatios();

    assertThat(report.isSound()).isFalse();
    assertThat(text.toString()).contains("WRONG: ingest: of 10 new events: 9 accepted");
  }

  @Test
  void whatCannotBeMeasuredIsToldTwice() {
    report.missing("watchers through the gateway: no Envoy");
    report.printRatios();

    assertThat(report.isSound()).isTrue();
    assertThat(text.toString().lines().map(String::strip))
        .containsSubsequence(
            "NOT MEASURED: watchers through the gateway: no Envoy",
            "ratios",
            "NOT MEASURED: watchers through the gateway: no Envoy");
  }
}
