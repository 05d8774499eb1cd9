package io.flywheel.analytics;

import com.google.inject.Inject;
import io.flywheel.engine.PageTokens;
import io.flywheel.v1.SearchVisitsRequest;
import io.flywheel.v1.SearchVisitsResponse;
import io.flywheel.v1.Visit;
import io.flywheel.v1.VisitFigure;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Finds the visits that count in a figure, along the rows of broadcasts. Thread-safe. */
final class VisitSearch {
  private static final int DEFAULT_PAGE_SIZE = 20;
  private static final int MAX_LOOKED_AT = 20_000;
  private static final int PART = 1_000;
  private static final int BROADCASTS_AT_ONCE = 50;

  /** After all viewers' ids. */
  private static final String ALL = "~";

  private final FiguresDao dao;

  @Inject
  VisitSearch(FiguresDao dao) {
    this.dao = dao;
  }

  /** The broadcasts to look at: those that began from a time to another. */
  record Span(String merchantId, String roomId, long fromMillis, long toMillis) {}

  /**
   * Where a page begins.
   *
   * @param viewerId the viewer of that broadcast after whom it does
   */
  record Position(FiguresDao.Begun broadcast, String viewerId) {
    static Position first(Span span) {
      return new Position(
          new FiguresDao.Begun(new Place(span.merchantId, "", ""), span.toMillis), ALL);
    }
  }

  /**
   * A page.
   *
   * @param presentSince the earliest last sign of life of those who are still there
   */
  SearchVisitsResponse find(
      Handle handle, Span span, SearchVisitsRequest asked, long presentSince) {
    PageTokens tokens =
        new PageTokens(
            "figure visits",
            span.merchantId,
            span.roomId,
            asked.getFirstDay(),
            asked.getLastDay(),
            asked.getFigure().name());
    Search search =
        new Search(handle, span, asked, presentSince, position(span, tokens, asked.getPageToken()));
    search.run();
    SearchVisitsResponse.Builder answer =
        SearchVisitsResponse.newBuilder().addAllVisits(search.found);
    if (!search.ended) {
      FiguresDao.Begun broadcast = search.position.broadcast;
      answer.setNextPageToken(
          tokens.after(
              Long.toString(broadcast.startedMillis()),
              broadcast.place().roomId(),
              broadcast.place().broadcastId(),
              search.position.viewerId));
    }
    return answer.build();
  }

  private static Position position(Span span, PageTokens tokens, String pageToken) {
    List<String> key = tokens.read(pageToken);
    return key.isEmpty()
        ? Position.first(span)
        : new Position(
            new FiguresDao.Begun(
                new Place(span.merchantId, key.get(1), key.get(2)), Long.parseLong(key.get(0))),
            key.get(3));
  }

  /** One page's way along the rows. Used by one thread. */
  private final class Search {
    private final Handle handle;
    private final Span span;
    private final VisitFigure figure;
    private final int size;
    private final long presentSince;
    private final List<Visit> found = new ArrayList<>();
    private Position position;
    private int lookedAt;
    private boolean ended;

    Search(
        Handle handle, Span span, SearchVisitsRequest asked, long presentSince, Position position) {
      this.handle = handle;
      this.span = span;
      this.figure = asked.getFigure();
      this.size = asked.getPageSize() == 0 ? DEFAULT_PAGE_SIZE : asked.getPageSize();
      this.presentSince = presentSince;
      this.position = position;
    }

    void run() {
      if (!position.viewerId.equals(ALL)) {
        finish(position.broadcast);
      }
      while (hasRoom()) {
        List<FiguresDao.Begun> broadcasts =
            dao.begunBefore(
                handle,
                span.merchantId,
                span.roomId,
                span.fromMillis,
                position.broadcast,
                BROADCASTS_AT_ONCE);
        for (FiguresDao.Begun broadcast : broadcasts) {
          if (!hasRoom()) {
            return;
          }
          position = new Position(broadcast, "");
          lookedAt++;
          finish(broadcast);
        }
        if (broadcasts.size() < BROADCASTS_AT_ONCE && position.viewerId.equals(ALL)) {
          ended = true;
          return;
        }
      }
    }

    private boolean hasRoom() {
      return found.size() < size && lookedAt < MAX_LOOKED_AT && !ended;
    }

    /** Looks at what is left of a broadcast, as far as there is room. */
    private void finish(FiguresDao.Begun broadcast) {
      while (hasRoom()) {
        List<FiguresDao.CountedVisit> part =
            dao.visitsAfter(handle, broadcast.place(), position.viewerId, presentSince, PART);
        for (FiguresDao.CountedVisit each : part) {
          if (!hasRoom()) {
            return;
          }
          position = new Position(broadcast, each.visit().getViewerId());
          lookedAt++;
          if (isIn(figure, each)) {
            found.add(each.visit());
          }
        }
        if (part.size() < PART) {
          position = new Position(broadcast, ALL);
          return;
        }
      }
    }
  }

  /** Whether a visit counts in a figure; of those whom nobody saw there is no sign of life. */
  private static boolean isIn(VisitFigure figure, FiguresDao.CountedVisit each) {
    Counts counts = each.counts();
    return switch (figure) {
      case VISIT_FIGURE_UNSPECIFIED, UNRECOGNIZED -> each.visit().getLastSeenAt().getSeconds() > 0;
      case VISIT_FIGURE_FIRST_VISITS -> each.visit().getFirstVisit();
      case VISIT_FIGURE_REFERRED -> counts.of(Figure.REFERRED) > 0;
      case VISIT_FIGURE_REFERRED_FOLLOWERS -> counts.of(Figure.REFERRED_FOLLOWERS) > 0;
      case VISIT_FIGURE_INTERACTIONS -> counts.interactions() > 0;
      case VISIT_FIGURE_FOLLOWS -> counts.of(Figure.FOLLOWS) > 0;
      case VISIT_FIGURE_NEW_FOLLOWERS -> counts.of(Figure.NEW_FOLLOWERS) > 0;
      case VISIT_FIGURE_HIGH_RETENTION ->
          counts.of(Figure.WATCHED_MILLIS) >= DaySum.HIGH_RETENTION * Tally.MINUTE_MILLIS;
      case VISIT_FIGURE_CLICKS -> counts.of(Figure.CLICKS) > 0;
      case VISIT_FIGURE_ORDERS -> counts.of(Figure.ORDERS) > 0;
      case VISIT_FIGURE_REPURCHASES -> counts.of(Figure.REPURCHASES) > 0;
      case VISIT_FIGURE_LEADS -> counts.of(Figure.LEADS) > 0;
      case VISIT_FIGURE_GROUP_JOINS -> counts.of(Figure.GROUP_JOINS) > 0;
      case VISIT_FIGURE_POINTS -> counts.of(Figure.POINTS) > 0;
      case VISIT_FIGURE_REWARDS -> counts.of(Figure.REWARDS) > 0;
    };
  }
}
