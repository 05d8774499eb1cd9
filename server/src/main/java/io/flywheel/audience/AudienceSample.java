package io.flywheel.audience;

import com.google.inject.Inject;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerSample;
import io.flywheel.platform.db.Database;
import java.util.List;

/** The viewers that the index has. Thread-safe. */
final class AudienceSample implements ViewerSample {
  private final Database database;
  private final AudienceDao dao;

  @Inject
  AudienceSample(Database database, AudienceDao dao) {
    this.database = database;
    this.dao = dao;
  }

  @Override
  public long count(String merchantId) {
    return database.read(handle -> dao.count(handle, merchantId));
  }

  @Override
  public List<ViewerKey> first(String merchantId, int limit) {
    return database.read(handle -> dao.sample(handle, merchantId, limit)).stream()
        .map(id -> new ViewerKey(merchantId, id))
        .toList();
  }
}
