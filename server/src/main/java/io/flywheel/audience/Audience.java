package io.flywheel.audience;

import static java.util.stream.Collectors.toMap;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.PageTokens;
import io.flywheel.platform.db.Database;
import io.flywheel.v1.AudienceFilter;
import io.flywheel.v1.AudienceMember;
import io.flywheel.v1.AudienceOrder;
import io.flywheel.v1.ListAudienceResponse;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Finds viewers in the index. Thread-safe. */
final class Audience {
  private static final int DEFAULT_PAGE_SIZE = 20;
  private static final int MAX_LOOKED_AT = 20_000;
  private static final int MAX_STATES_LOOKED_AT = 5_000;
  private static final int PART = 500;

  private final Database database;
  private final AudienceDao dao;
  private final Matches matches;
  private final Clock clock;

  @Inject
  Audience(Database database, AudienceDao dao, Matches matches, Clock clock) {
    this.database = database;
    this.dao = dao;
    this.matches = matches;
    this.clock = clock;
  }

  /** A page of the viewers that a filter finds. */
  ListAudienceResponse list(
      String merchantId,
      AudienceFilter asked,
      AudienceOrder order,
      int pageSize,
      String pageToken) {
    PageTokens tokens =
        new PageTokens(
            "audience",
            merchantId,
            order.name(),
            Base64.getEncoder().encodeToString(asked.toByteArray()));
    Ordering ordering = Ordering.of(order);
    List<String> key = tokens.read(pageToken);
    AudienceDao.Place from =
        key.isEmpty()
            ? AudienceDao.Place.first(ordering)
            : new AudienceDao.Place(Long.parseLong(key.get(0)), key.get(1));
    int size = pageSize == 0 ? DEFAULT_PAGE_SIZE : pageSize;
    Search search = new Search(merchantId, Filter.of(asked, clock.millis()), ordering, from);
    List<AudienceMember> found = new ArrayList<>();
    int most = search.filter.asksStates() ? MAX_STATES_LOOKED_AT : MAX_LOOKED_AT;
    while (found.size() < size && search.lookedAt < most && !search.ended) {
      search.next(size, found);
    }
    ListAudienceResponse.Builder answer =
        ListAudienceResponse.newBuilder()
            .addAllMembers(found)
            .setAsOf(Timestamps.fromMillis(clock.millis()));
    if (!search.ended) {
      answer.setNextPageToken(
          tokens.after(Long.toString(search.place.figure()), search.place.viewerId()));
    }
    return answer.build();
  }

  /** Hands over all viewers that a filter finds, some at a time, for as long as they are wanted. */
  void forEach(
      String merchantId,
      AudienceFilter asked,
      AudienceOrder order,
      Consumer<List<AudienceMember>> taker) {
    Ordering ordering = Ordering.of(order);
    Search search =
        new Search(
            merchantId,
            Filter.of(asked, clock.millis()),
            ordering,
            AudienceDao.Place.first(ordering));
    while (!search.ended) {
      List<AudienceMember> found = new ArrayList<>();
      search.next(Integer.MAX_VALUE, found);
      taker.accept(found);
    }
  }

  /** Goes along the index. Used by one thread. */
  private final class Search {
    private final String merchantId;
    private final Filter filter;
    private final Ordering ordering;
    private AudienceDao.Place place;
    private int lookedAt;
    private boolean ended;

    Search(String merchantId, Filter filter, Ordering ordering, AudienceDao.Place from) {
      this.merchantId = merchantId;
      this.filter = filter;
      this.ordering = ordering;
      this.place = from;
    }

    /**
     * Looks at some more viewers, until so many are found: at a page at first, and at many at once
     * where few are found.
     */
    void next(int size, List<AudienceMember> found) {
      int limit = lookedAt > 0 ? PART : (int) Math.min(PART, size + 1L);
      List<AudienceDao.Place> page =
          database.read(handle ->
              dao.page(
                  handle,
                  merchantId,
                  filter.facet(),
                  ordering,
                  ordering.rangeOf(filter.asked()),
                  place,
                  limit));
      Map<String, AudienceMember> matching = matching(page);
      for (AudienceDao.Place each : page) {
        if (found.size() == size) {
          return;
        }
        place = each;
        lookedAt++;
        AudienceMember member = matching.get(each.viewerId());
        if (member != null) {
          found.add(member);
        }
      }
      ended = page.size() < limit;
    }

    private Map<String, AudienceMember> matching(List<AudienceDao.Place> page) {
      if (page.isEmpty()) {
        return Map.of();
      }
      Map<String, AudienceMember> members =
          database.read(handle ->
              dao.members(
                  handle, merchantId, page.stream().map(AudienceDao.Place::viewerId).toList()));
      return matches.of(merchantId, filter, members.values()).stream()
          .collect(toMap(AudienceMember::getViewerId, member -> member));
    }
  }
}
