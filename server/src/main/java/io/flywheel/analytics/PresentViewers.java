package io.flywheel.analytics;

import com.google.inject.Inject;
import io.flywheel.engine.Engine;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.ListPresentViewersResponse;
import io.flywheel.v1.PresentViewer;
import io.flywheel.v1.TagRule;
import io.flywheel.v1.TagTone;
import io.flywheel.v1.ViewerProfile;
import io.flywheel.v1.Visit;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who is in a room, those first whom the host should know of. Thread-safe. */
final class PresentViewers {
  private static final int DEFAULT_LIMIT = 50;

  /** Whoever was away for so many days and came today is to be greeted. */
  private static final int LONG_AWAY_DAYS = 14;

  private final Reports reports;
  private final Engine engine;

  @Inject
  PresentViewers(Reports reports, Engine engine) {
    this.reports = reports;
    this.engine = engine;
  }

  private record Ranked(int rank, PresentViewer viewer) {}

  ListPresentViewersResponse list(String merchantId, String roomId, int limit) {
    Map<String, Visit> visits = new LinkedHashMap<>();
    reports
        .present(merchantId, roomId)
        .forEach(visit -> visits.putIfAbsent(visit.getViewerId(), visit));
    if (visits.isEmpty()) {
      return ListPresentViewersResponse.getDefaultInstance();
    }
    List<Ranked> ranked =
        engine.readAll(
            visits.keySet().stream().map(id -> new ViewerKey(merchantId, id)).toList(),
            view -> ranked(view, visits));
    return ListPresentViewersResponse.newBuilder()
        .setPresent(visits.size())
        .addAllViewers(
            ranked.stream()
                .sorted(Comparator.comparingInt(Ranked::rank)) // stable: the latest first
                .limit(limit == 0 ? DEFAULT_LIMIT : limit)
                .map(Ranked::viewer)
                .toList())
        .build();
  }

  private static Ranked ranked(StateView view, Map<String, Visit> visits) {
    ViewerProfile profile = view.profileNow();
    String viewerId = view.viewer().viewerId();
    boolean cameBack = profile.getDaysSinceSeen() == 0 && profile.getDaysAway() >= LONG_AWAY_DAYS;
    PresentViewer.Builder viewer =
        PresentViewer.newBuilder()
            .setViewerId(viewerId)
            .setProfile(profile)
            .setCameBack(cameBack)
            .setFirstDay(profile.getDaysKnown() == 0);
    Visit visit = visits.get(viewerId);
    if (visit != null) {
      viewer.setEnteredAt(visit.getEnteredAt());
    }
    int rank = cameBack ? 1 : 4;
    for (TagRule tag : view.program().program().getTagsList()) {
      if (profile.getTagsList().contains(tag.getId())) {
        rank = Math.min(rank, rankOf(tag.getTone()));
      }
    }
    return new Ranked(rank, viewer.build());
  }

  private static int rankOf(TagTone tone) {
    return switch (tone) {
      case TAG_TONE_ATTENTION -> 0;
      case TAG_TONE_NEW -> 2;
      case TAG_TONE_VALUED -> 3;
      case TAG_TONE_PLAIN, TAG_TONE_UNSPECIFIED, UNRECOGNIZED -> 4;
    };
  }
}
