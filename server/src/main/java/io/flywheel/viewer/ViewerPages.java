package io.flywheel.viewer;

import com.google.inject.Inject;
import io.flywheel.engine.Engine;
import io.flywheel.engine.PageTokens;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.db.Database;
import io.flywheel.v1.ListPublicProfilesResponse;
import io.flywheel.v1.ListViewersResponse;
import io.flywheel.v1.PublicProfile;
import io.flywheel.v1.ShownViewer;
import io.flywheel.v1.ViewerSummary;
import java.util.List;
import java.util.Set;

/** Reads a merchant's viewers page by page. Thread-safe. */
final class ViewerPages {
  private static final int DEFAULT_PAGE_SIZE = 20;
  private static final Set<String> TAGS = Set.of("tags");

  private final Database database;
  private final Engine engine;
  private final ViewerDao dao;

  @Inject
  ViewerPages(Database database, Engine engine, ViewerDao dao) {
    this.database = database;
    this.engine = engine;
    this.dao = dao;
  }

  /** The viewers whose ids begin with a prefix. */
  ListViewersResponse list(String merchantId, String prefix, int pageSize, String pageToken) {
    PageTokens tokens = new PageTokens("viewers", merchantId, prefix);
    List<String> key = tokens.read(pageToken);
    String after = key.isEmpty() ? "" : key.get(0);
    int size = pageSize == 0 ? DEFAULT_PAGE_SIZE : pageSize;
    List<String> found =
        database.read(handle -> dao.viewerIds(handle, merchantId, prefix, after, size + 1));
    if (found.isEmpty()) {
      return ListViewersResponse.getDefaultInstance();
    }
    List<String> page = found.subList(0, Math.min(size, found.size()));
    ListViewersResponse.Builder answer =
        ListViewersResponse.newBuilder()
            .addAllViewers(
                engine.readAll(
                    page.stream().map(id -> new ViewerKey(merchantId, id)).toList(),
                    ViewerPages::summary));
    if (found.size() > size) {
      answer.setNextPageToken(tokens.after(page.get(size - 1)));
    }
    return answer.build();
  }

  /** How viewers are shown to others, those of whom something is known. */
  ListPublicProfilesResponse shown(String merchantId, List<String> viewerIds) {
    ListPublicProfilesResponse.Builder answer = ListPublicProfilesResponse.newBuilder();
    engine
        .readAll(
            viewerIds.stream().distinct().map(id -> new ViewerKey(merchantId, id)).toList(),
            view ->
                ShownViewer.newBuilder()
                    .setViewerId(view.viewer().viewerId())
                    .setShownAs(view.profile().getShownAs())
                    .addAllTags(view.profileNow(TAGS).getTagsList())
                    .build())
        .stream()
        .filter(viewer ->
            viewer.getTagsCount() > 0
                || !viewer.getShownAs().equals(PublicProfile.getDefaultInstance()))
        .forEach(answer::addViewers);
    return answer.build();
  }

  private static ViewerSummary summary(StateView view) {
    return ViewerSummary.newBuilder()
        .setViewerId(view.viewer().viewerId())
        .setProfile(view.profileNow())
        .build();
  }
}
