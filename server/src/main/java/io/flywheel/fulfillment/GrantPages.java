package io.flywheel.fulfillment;

import com.google.inject.Inject;
import io.flywheel.engine.PageTokens;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.db.Database;
import io.flywheel.reward.GrantHistory;
import io.flywheel.v1.Grant;
import io.flywheel.v1.ListGrantsResponse;
import java.util.List;

/** Reads grants page by page. Thread-safe. */
final class GrantPages implements GrantHistory {
  private static final String LIST = "grants";
  private static final int DEFAULT_PAGE_SIZE = 20;

  private final Database database;
  private final GrantDao dao;

  @Inject
  GrantPages(Database database, GrantDao dao) {
    this.database = database;
    this.dao = dao;
  }

  @Override
  public ListGrantsResponse list(ViewerKey viewer, int pageSize, String pageToken) {
    PageTokens tokens = PageTokens.of(LIST, viewer);
    long before = tokens.readNumber(pageToken);
    int size = pageSize == 0 ? DEFAULT_PAGE_SIZE : pageSize;
    List<Grant> found = database.read(handle -> dao.grants(handle, viewer, before, size + 1));
    List<Grant> page = found.subList(0, Math.min(size, found.size()));
    ListGrantsResponse.Builder answer = ListGrantsResponse.newBuilder().addAllGrants(page);
    if (found.size() > size) {
      answer.setNextPageToken(tokens.before(page.get(size - 1).getGrantNumber()));
    }
    return answer.build();
  }
}
