package io.flywheel.bench;

import java.util.List;

/**
 * What the journal costs ingest: a server records what the viewers of one merchant do, and not what
 * those of two others do, and takes the same events of each in short turns. All are of one process,
 * for two processes that are alike differ by a quarter, by what their compilers made of them. What
 * tells the two merchants apart that are alike is noise, and is told beside the cost. Used by one
 * thread.
 */
final class JournalCost {
  private static final String RECORDED = "bench-recorded";
  private static final List<String> UNRECORDED =
      List.of("bench-unrecorded-1", "bench-unrecorded-2");
  private static final int VIEWERS = 10_000;
  private static final double MOST_OF_INGEST = 1.05;

  private final TestBed.Settings settings;
  private final Plan plan;
  private final Report report;

  JournalCost(TestBed.Settings settings, Plan plan, Report report) {
    this.settings = settings.with("--journal.except-merchants=" + String.join(",", UNRECORDED));
    this.plan = plan;
    this.report = report;
  }

  void run() throws Exception {
    report.part("the journal's cost");
    EventSender sender = new EventSender(report);
    try (TestBed bed = new TestBed(settings)) {
      bed.start(List.of());
      Ingested with = begin(bed, RECORDED, sender);
      Ingested without = begin(bed, UNRECORDED.getFirst(), sender);
      Ingested again = begin(bed, UNRECORDED.getLast(), sender);
      Ingested.compare(List.of(with, without, again), plan);
      report.figure("rows of the journal", (double) rows(bed, "="), "rows");
      if (rows(bed, "<>") > 0) {
        report.violation("what was excepted from the journal was recorded");
      }
      tell("recorded", with);
      tell("unrecorded", without);
      tell("unrecorded, again", again);
      report.figure("CPU per event, unrecorded, again / once", cpu(again) / cpu(without), "");
      report.figure(
          "ingest, unrecorded, again / once", again.perSecond() / without.perSecond(), "");
      report.atMost(
          "CPU per event with the journal / without",
          cpu(with) * 2 / (cpu(without) + cpu(again)),
          MOST_OF_INGEST);
      report.atLeast(
          "ingest with the journal / without",
          with.perSecond() * 2 / (without.perSecond() + again.perSecond()),
          1 / MOST_OF_INGEST);
    }
  }

  private static Ingested begin(TestBed bed, String merchant, EventSender sender) throws Exception {
    bed.withProgram(merchant);
    // What reads the journal is no part of writing it: a lease keeps the audience's index away.
    bed.database()
        .execute(
            "INSERT INTO %s.audience_lease (merchant_id, owner, until_ms) VALUES ('%s', 'bench', %d)"
                .formatted(bed.database().flywheelSchema(), merchant, Long.MAX_VALUE));
    return new Ingested(bed, merchant, VIEWERS, sender);
  }

  /** How many rows the journal has of the merchant that is recorded, or of the others. */
  private static long rows(TestBed bed, String comparison) throws Exception {
    return bed.database()
        .number(
            "SELECT COUNT(*) FROM journal_batch WHERE merchant_id %s '%s'"
                .formatted(comparison, RECORDED));
  }

  private void tell(String how, Ingested ingested) {
    report.figure("ingest, " + how, ingested.perSecond(), "events/s");
    report.figure("server CPU per event, " + how, ingested.microsPerEvent("server"), "µs");
    report.figure("database CPU per event, " + how, ingested.microsPerEvent("database"), "µs");
  }

  private static double cpu(Ingested ingested) {
    return ingested.microsPerEvent("server", "database");
  }
}
