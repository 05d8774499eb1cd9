package io.flywheel.viewer;

import com.google.inject.Inject;
import io.flywheel.engine.ListPosition;
import io.flywheel.platform.db.Database;
import io.flywheel.program.CompiledProgram;
import io.flywheel.program.ProgramStore;
import io.flywheel.v1.ListViewersResponse;
import io.flywheel.v1.ViewerSummary;
import java.time.Clock;
import java.util.List;

/** Reads a merchant's viewers page by page. Thread-safe. */
final class ViewerPages {
  private static final int DEFAULT_PAGE_SIZE = 20;

  private final Database database;
  private final ProgramStore programs;
  private final ViewerDao dao;
  private final Clock clock;

  @Inject
  ViewerPages(Database database, ProgramStore programs, ViewerDao dao, Clock clock) {
    this.database = database;
    this.programs = programs;
    this.dao = dao;
    this.clock = clock;
  }

  /** The viewers whose ids begin with a prefix. */
  ListViewersResponse list(String merchantId, String prefix, int pageSize, String pageToken) {
    ListPosition positions = new ListPosition("viewers", merchantId, prefix);
    List<String> key = positions.read(pageToken);
    String after = key.isEmpty() ? "" : key.get(0);
    int size = pageSize == 0 ? DEFAULT_PAGE_SIZE : pageSize;
    return database.read(handle -> {
      CompiledProgram program = programs.current(handle, List.of(merchantId)).get(merchantId);
      ListViewersResponse.Builder answer = ListViewersResponse.newBuilder();
      if (program == null) {
        return answer.build(); // without a program nobody has done anything yet
      }
      List<ViewerSummary> found = dao.viewers(handle, merchantId, prefix, after, size + 1);
      List<ViewerSummary> page = found.subList(0, Math.min(size, found.size()));
      page.forEach(viewer ->
          answer.addViewers(
              viewer.toBuilder()
                  .setProfile(
                      Standing.withoutSilentPresence(
                          viewer.getProfile(), program, clock.instant()))));
      if (found.size() > size) {
        answer.setNextPageToken(positions.after(page.get(size - 1).getViewerId()));
      }
      return answer.build();
    });
  }
}
