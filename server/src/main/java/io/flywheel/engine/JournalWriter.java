package io.flywheel.engine;

import com.google.protobuf.Message;
import io.flywheel.engine.JournalDao.Head;
import io.flywheel.engine.JournalDao.Place;
import io.flywheel.engine.JournalDao.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Writes one log a merchant. The log's last number is always read and locked in the transaction
 * that writes the next, for the answer of a commit may be lost; so the numbers have no gap, and no
 * number is given twice. Used by one thread.
 */
final class JournalWriter {
  /** A row is divided at about this size before it is compressed: databases bound their packets. */
  private static final int ROW_BYTES = 1 << 20;

  private final Journal journal;
  private final JournalDao dao;
  private final JournalTexts texts;
  private final int shard;
  private final JournalPacker packer = new JournalPacker();

  /** The log of each merchant to which this may have written. */
  private final Map<String, Long> logs = new HashMap<>();

  /** What was found since the last {@link #begin}. */
  private final Map<String, Head> heads = new HashMap<>();

  private final Map<String, Long> lasts = new HashMap<>();
  private boolean areHeadsLocked;
  private boolean areEndsKnown;

  JournalWriter(Journal journal, JournalDao dao, JournalTexts texts, int shard) {
    this.journal = journal;
    this.dao = dao;
    this.texts = texts;
    this.shard = shard;
  }

  /** A number that no other lane of any node has. */
  int shard() {
    return shard;
  }

  /** A transaction begins. */
  void begin() {
    heads.clear();
    areHeadsLocked = false;
    areEndsKnown = false;
  }

  /** Whether it was found since, or is about to be, where the logs end. */
  boolean knowsEnds() {
    return areEndsKnown;
  }

  /**
   * Adds to a script the finding of where the merchants' logs end. It has to run again whenever the
   * transaction has read more of what others change too: then whatever happened before to the same
   * viewers and shared rows stands before this in the journal's order.
   *
   * @param merchantIds the same for all of the transaction
   */
  void find(Script script, Collection<String> merchantIds) {
    lasts.clear();
    areEndsKnown = true;
    List<String> recorded = merchantIds.stream().filter(journal::records).toList();
    if (recorded.isEmpty()) {
      return;
    }
    for (String merchantId : recorded) {
      Long log = logs.get(merchantId);
      if (log != null && !areHeadsLocked) {
        dao.lockHead(script, merchantId, log, heads::put);
      }
    }
    areHeadsLocked = true;
    dao.findLast(script, recorded, lasts::put);
  }

  /** Adds to a script the recording of actions, behind what was found last. */
  void append(Handle handle, Script script, List<Journal.Taken> actions, Instant now) {
    SortedMap<String, List<Journal.Taken>> byMerchant = new TreeMap<>();
    for (Journal.Taken taken : actions) {
      byMerchant
          .computeIfAbsent(taken.action().viewer().merchantId(), unused -> new ArrayList<>())
          .add(taken);
    }
    byMerchant.keySet().removeIf(merchantId -> !journal.records(merchantId));
    if (byMerchant.isEmpty()) {
      return;
    }
    List<Row> rows = new ArrayList<>();
    List<Head> newHeads = new ArrayList<>();
    byMerchant.forEach((merchantId, ofMerchant) -> {
      Head head = heads.get(merchantId);
      long order = Math.max(micros(now), lasts.getOrDefault(merchantId, 0L) + 1);
      newHeads.add(record(handle, start(merchantId, head, order), ofMerchant, rows));
    });
    dao.append(script, rows, newHeads);
  }

  /**
   * Where the rows begin. A log that is not there was never committed, or is forgotten by now with
   * all that was in it: its numbers must not begin again, so another one begins.
   */
  private Head start(String merchantId, @Nullable Head head, long order) {
    if (head != null) {
      return new Head(merchantId, head.log(), head.number(), order);
    }
    long log = journal.newLog();
    logs.put(merchantId, log);
    return new Head(merchantId, log, 0, order);
  }

  /** Makes rows of the actions and returns the log's new head. */
  private Head record(Handle handle, Head from, List<Journal.Taken> actions, List<Row> rows) {
    String merchantId = from.merchantId();
    long number = from.number();
    packer.clear();
    for (int i = 0; i < actions.size(); i++) {
      Journal.Taken taken = actions.get(i);
      Message body = kept(handle, merchantId, taken.action().content());
      packer.add(taken.action(), body, taken.programVersion(), taken.facts());
      if (packer.bytes() >= ROW_BYTES || i == actions.size() - 1) {
        Place place = new Place(from.log(), ++number, from.order(), packer.records());
        rows.add(new Row(merchantId, place, packer.finish()));
      }
    }
    return new Head(merchantId, from.log(), number, from.order());
  }

  /** A body without the texts that are not kept. */
  private Message kept(Handle handle, String merchantId, Message body) {
    return texts.hasSome(body) ? texts.hash(body, journal.salt(handle, merchantId)) : body;
  }

  private static long micros(Instant time) {
    return time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000;
  }
}
