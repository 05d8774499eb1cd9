package io.flywheel.fulfillment;

import com.google.inject.Inject;
import io.flywheel.engine.Script;
import io.flywheel.engine.Slice;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerSection;
import io.flywheel.v1.Grant;
import io.flywheel.v1.Viewer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;

/** A viewer's newest grants. Thread-safe. */
final class NewestGrants implements ViewerSection {
  private static final int MAX_GRANTS = 50;

  private final GrantSlice grants;
  private final Newest plain;
  private final Newest all;

  @Inject
  NewestGrants(GrantSlice grants, GrantDao dao) {
    this.grants = grants;
    this.plain = new Newest(dao, true);
    this.all = new Newest(dao, false);
  }

  @Override
  public void contribute(StateView view, Viewer.Builder viewer) {
    GrantState known = view.get(grants);
    if (known.getGrants() > 0) {
      viewer.addAllGrants(view.get(known.getPlain() ? plain : all));
    }
  }

  /** The newest grants, which can only be looked at. */
  private static final class Newest implements Slice<ViewerKey, List<Grant>> {
    private final GrantDao dao;
    private final boolean plain;

    /**
     * The grants of some viewers.
     *
     * @param plain whether no more is told of them than what was granted
     */
    Newest(GrantDao dao, boolean plain) {
      this.dao = dao;
      this.plain = plain;
    }

    @Override
    public List<Grant> initial(ViewerKey key) {
      return List.of();
    }

    @Override
    public void load(
        Script script,
        SortedSet<ViewerKey> keys,
        boolean lock,
        BiConsumer<ViewerKey, List<Grant>> found) {
      Map<ViewerKey, List<Grant>> sofar = new HashMap<>();
      dao.newest(
          script,
          keys,
          MAX_GRANTS,
          plain,
          (key, grant) -> {
            List<Grant> grants = sofar.computeIfAbsent(key, unused -> new ArrayList<>());
            grants.add(grant);
            found.accept(key, grants);
          });
    }

    @Override
    public void save(Script script, Map<ViewerKey, List<Grant>> changed) {
      throw new UnsupportedOperationException("grants are added by the appender alone");
    }
  }
}
