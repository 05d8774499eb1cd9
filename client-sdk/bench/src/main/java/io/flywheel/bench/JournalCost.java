package io.flywheel.bench;

import java.time.Duration;
import java.util.List;

/**
 * What the journal costs ingest: the same events go to a server with it and to one without it, each
 * with a database of its own, in short turns. Used by one thread.
 */
final class JournalCost {
  private static final String MERCHANT = "bench-journal";
  private static final int VIEWERS = 10_000;
  private static final double MOST_OF_INGEST = 1.05;

  private static final int TURNS = 16;

  private final TestBed.Settings settings;
  private final Plan plan;
  private final Report report;

  JournalCost(TestBed.Settings settings, Plan plan, Report report) {
    this.settings = settings;
    this.plan = plan;
    this.report = report;
  }

  void run() throws Exception {
    report.part("the journal's cost");
    EventSender sender = new EventSender(report);
    try (TestBed one = new TestBed(settings);
        TestBed other = new TestBed(settings.with("--journal.enabled=false"))) {
      Ingested with = begin(one, sender);
      Ingested without = begin(other, sender);
      takeTurns(with, without, plan.warmUp().multipliedBy(2));
      with.forget();
      without.forget();
      takeTurns(with, without, plan.round().multipliedBy(plan.rounds()));
      long rows = one.database().number("SELECT COUNT(*) FROM journal_batch");
      report.figure("rows of the journal", (double) rows, "rows");
      if (other.database().number("SELECT COUNT(*) FROM journal_batch") > 0) {
        report.violation("a journal that was switched off was written");
      }
      tell("with the journal", with);
      tell("without it", without);
      report.atMost(
          "CPU per event with the journal / without", ours(with) / ours(without), MOST_OF_INGEST);
      report.atLeast(
          "ingest with the journal / without",
          with.perSecond() / without.perSecond(),
          1 / MOST_OF_INGEST);
    }
  }

  private Ingested begin(TestBed bed, EventSender sender) throws Exception {
    bed.start(List.of());
    bed.withProgram(MERCHANT);
    // What reads the journal is no part of writing it: a lease keeps the audience's index away.
    bed.database()
        .execute(
            "INSERT INTO %s.audience_lease (merchant_id, owner, until_ms) VALUES ('%s', 'bench', %d)"
                .formatted(bed.database().flywheelSchema(), MERCHANT, Long.MAX_VALUE));
    return new Ingested(bed, MERCHANT, VIEWERS, sender);
  }

  /** Turns are short since machines drift, and each comes first as often as the other. */
  private static void takeTurns(Ingested one, Ingested other, Duration each) throws Exception {
    Duration turn = each.dividedBy(TURNS);
    for (int i = 0; i < TURNS; i++) {
      (i % 2 == 0 ? one : other).send(turn);
      (i % 2 == 0 ? other : one).send(turn);
    }
  }

  private void tell(String how, Ingested ingested) {
    report.figure("ingest " + how, ingested.perSecond(), "events/s");
    report.figure("server CPU per event " + how, ingested.microsPerEvent("server"), "µs");
    report.figure("database CPU per event " + how, ingested.microsPerEvent("database"), "µs");
  }

  private static double ours(Ingested ingested) {
    return ingested.microsPerEvent("server", "database");
  }
}
