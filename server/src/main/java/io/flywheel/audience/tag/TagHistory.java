package io.flywheel.audience.tag;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Engine;
import io.flywheel.engine.PageTokens;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.db.Database;
import io.flywheel.v1.GetAudienceMemberResponse;
import io.flywheel.v1.SummarizeAudienceResponse;
import io.flywheel.v1.TagCount;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who has which tags, and how it came about. Thread-safe. */
public final class TagHistory {
  private static final int DEFAULT_PAGE_SIZE = 20;
  private static final Duration WEEK = Duration.ofDays(7);

  private final Database database;
  private final Engine engine;
  private final TagSlice slice;
  private final TagDao dao;

  @Inject
  TagHistory(Database database, Engine engine, TagSlice slice, TagDao dao) {
    this.database = database;
    this.engine = engine;
    this.slice = slice;
    this.dao = dao;
  }

  /** Adds a viewer's tags, as of now, and a page of the history of them. */
  public void addTo(
      GetAudienceMemberResponse.Builder answer, ViewerKey viewer, int pageSize, String pageToken) {
    PageTokens tokens = PageTokens.of("tags", viewer);
    List<String> key = tokens.read(pageToken);
    long before = key.isEmpty() ? Long.MAX_VALUE : Long.parseLong(key.get(0));
    int size = pageSize == 0 ? DEFAULT_PAGE_SIZE : pageSize;
    answer.addAllTags(engine.read(viewer, view -> Tags.answer(view.get(slice)).getTagsList()));
    List<TagDao.Numbered> found =
        database.read(handle -> dao.changes(handle, viewer, before, size + 1));
    List<TagDao.Numbered> page = found.subList(0, Math.min(size, found.size()));
    page.forEach(change -> answer.addHistory(change.change()));
    if (found.size() > size) {
      answer.setNextPageToken(tokens.before(page.getLast().number()));
    }
  }

  /** Counts viewers by tag, as of an instant. */
  public SummarizeAudienceResponse.Builder count(String merchantId, Instant at) {
    List<String> inForce =
        engine.read(
            ViewerKey.merchant(merchantId),
            view -> CompiledTags.of(view).all().stream().map(CompiledTag::id).toList());
    return database.read(handle -> {
      long millis = at.toEpochMilli() + 1; // what happened in that very millisecond, had happened
      long weekAgo = millis - WEEK.toMillis();
      long hour = Math.floorDiv(millis, TagChangeAppender.HOUR_MILLIS);
      long hourAgo = Math.floorDiv(weekAgo, TagChangeAppender.HOUR_MILLIS);
      Map<String, TagDao.Flow> all = dao.flows(handle, merchantId, Long.MIN_VALUE, hour);
      Map<String, TagDao.Flow> before = dao.flows(handle, merchantId, Long.MIN_VALUE, hourAgo);
      Set<String> tagIds = new LinkedHashSet<>(inForce);
      all.keySet().stream().sorted().forEach(tagIds::add);
      SummarizeAudienceResponse.Builder answer =
          SummarizeAudienceResponse.newBuilder().setAsOf(Timestamps.fromMillis(at.toEpochMilli()));
      for (String tagId : tagIds) {
        TagDao.Flow none = new TagDao.Flow(0, 0);
        TagDao.Flow now =
            all.getOrDefault(tagId, none)
                .plus(
                    dao.flow(
                        handle, merchantId, tagId, hour * TagChangeAppender.HOUR_MILLIS, millis));
        TagDao.Flow then =
            before
                .getOrDefault(tagId, none)
                .plus(
                    dao.flow(
                        handle,
                        merchantId,
                        tagId,
                        hourAgo * TagChangeAppender.HOUR_MILLIS,
                        weekAgo));
        long viewers = now.entered() - now.gone();
        if (viewers > 0 || inForce.contains(tagId)) {
          answer.addTags(
              TagCount.newBuilder()
                  .setTagId(tagId)
                  .setViewers(viewers)
                  .setEnteredIn7Days(now.entered() - then.entered())
                  .setLeftIn7Days(now.gone() - then.gone()));
        }
      }
      return answer;
    });
  }
}
