package io.flywheel.engine;

import com.google.common.collect.ImmutableSet;
import com.google.inject.Inject;
import io.flywheel.v1.ViewerProfile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.BiConsumer;

/**
 * The viewers' own rows: what every feature may know of them, and the lock that guards all of their
 * other rows. Thread-safe.
 */
final class ViewerSlice implements StateColumn.Of<ViewerKey, ViewerProfile> {
  private static final StateColumn<ViewerKey, ViewerProfile> COLUMN =
      StateColumn.ofViewer("viewer", "profile", ViewerProfile.getDefaultInstance());
  private static final byte[] NOTHING = {};

  private final ImmutableSet<ProfileSection> sections;

  @Inject
  ViewerSlice(Set<ProfileSection> sections) {
    this.sections = ImmutableSet.copyOf(sections);
  }

  /** A viewer's row with what features know at the view's time. */
  ViewerProfile now(StateView view, Set<String> fields) {
    ViewerProfile row = view.profile();
    ViewerProfile.Builder composed = null;
    for (ProfileSection section : sections) {
      if (!Collections.disjoint(section.fields(), fields)) {
        composed = composed == null ? row.toBuilder() : composed;
        section.contribute(view, composed);
      }
    }
    return composed == null ? row : composed.build();
  }

  /** The states that fields of the profile are made of. */
  List<Slice<ViewerKey, ?>> slicesOf(Set<String> fields) {
    List<Slice<ViewerKey, ?>> slices = new ArrayList<>();
    for (ProfileSection section : sections) {
      if (!Collections.disjoint(section.fields(), fields)) {
        slices.addAll(section.slices());
      }
    }
    return slices;
  }

  @Override
  public StateColumn<ViewerKey, ViewerProfile> column() {
    return COLUMN;
  }

  @Override
  public ViewerProfile initial(ViewerKey key) {
    return ViewerProfile.getDefaultInstance();
  }

  @Override
  public void load(
      Script script,
      SortedSet<ViewerKey> keys,
      boolean lock,
      BiConsumer<ViewerKey, ViewerProfile> found) {
    if (!lock) {
      ViewerRows.readStates(
          script,
          "SELECT viewer_id, profile AS state FROM viewer WHERE merchant_id = ? AND viewer_id IN",
          keys,
          (key, row) -> found.accept(key, COLUMN.unpack(row.getBytes("state"))));
      return;
    }
    // Pairs and the hint, or all rows of a small merchant would be read, and locked, among them
    // those of other lanes.
    script.readRows(
        "SELECT merchant_id, viewer_id, profile FROM viewer FORCE INDEX (PRIMARY)"
            + " WHERE (merchant_id, viewer_id) IN",
        2,
        "ORDER BY merchant_id, viewer_id FOR UPDATE",
        keys,
        ViewerRows::bindKey,
        row ->
            found.accept(
                new ViewerKey(row.getString("merchant_id"), row.getString("viewer_id")),
                COLUMN.unpack(row.getBytes("profile"))));
  }

  /**
   * Adds to a script the rows that are missing; those that are there are locked by the update,
   * which changes nothing, in their order.
   */
  void insert(Script script, SortedSet<ViewerKey> keys) {
    script.write(
        "INSERT INTO viewer (merchant_id, viewer_id, profile) VALUES",
        3,
        "ON DUPLICATE KEY UPDATE viewer_id = VALUES(viewer_id)",
        keys,
        (values, key) -> {
          ViewerRows.bindKey(values, key);
          values.bytes(NOTHING);
        });
  }

  @Override
  public boolean isReadWithOthers() {
    return true;
  }

  @Override
  public void save(Script script, Map<ViewerKey, ViewerProfile> changed) {
    script.write(
        "INSERT INTO viewer (merchant_id, viewer_id, profile) VALUES",
        3,
        "ON DUPLICATE KEY UPDATE profile = VALUES(profile)",
        changed.entrySet(),
        (values, row) -> {
          ViewerRows.bindKey(values, row.getKey());
          values.bytes(row.getValue().toByteArray());
        });
  }
}
