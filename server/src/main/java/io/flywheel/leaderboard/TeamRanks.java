package io.flywheel.leaderboard;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.collect.ImmutableMap;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.BoardPlace;
import io.flywheel.v1.RankStyle;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;

/**
 * The ranks of teams: made from the ranks of their members, which each commit moves, and made again
 * by whoever asks once those have moved. Thread-safe.
 */
final class TeamRanks {
  private static final int MAX_KEPT = 1_000;
  private static final Duration KEPT_FOR = Duration.ofMinutes(1);

  private final BoardIndexes indexes;
  private final Cache<BoardKey, Ranks> latest =
      Caffeine.newBuilder().maximumSize(MAX_KEPT).expireAfterAccess(KEPT_FOR).build();

  @Inject
  TeamRanks(BoardIndexes indexes) {
    this.indexes = indexes;
  }

  /**
   * The ranks of teams at a moment. Immutable and thread-safe, but for what members do.
   *
   * @param ofTeams the teams' ranks, under their ids
   * @param ofMembers the ranks of each team's members
   * @param version of those, before they were looked at
   */
  record Ranks(BoardIndex ofTeams, ImmutableMap<String, BoardIndex> ofMembers, long version) {
    static Ranks of(RankStyle style, Map<String, BoardIndex> ofMembers) {
      long version = versionOf(ofMembers.values());
      BoardIndex ofTeams = BoardIndex.ofTeams(style);
      ofMembers.forEach((teamId, members) -> {
        TeamTotal total = members.total();
        ofTeams.read(
            teamId,
            new Score(
                total.score(), total.reachedMillis(), 1, false, WonPrizes.getDefaultInstance()));
      });
      ofTeams.readAll();
      return new Ranks(ofTeams, ImmutableMap.copyOf(ofMembers), version);
    }

    /** Whether the members have not moved since, and these are their ranks. */
    boolean areOf(Map<String, BoardIndex> now) {
      return ofMembers.equals(now) && version == versionOf(now.values());
    }

    /** A place of a team, with how many have scored for it. */
    BoardPlace withMembers(BoardPlace place) {
      BoardIndex members = ofMembers.get(place.getViewerId());
      return members == null
          ? place
          : place.toBuilder()
              .setMembers(members.members())
              .setEstimated(members.isLimited())
              .build();
    }

    /** It grows with each of them. */
    private static long versionOf(Collection<BoardIndex> all) {
      return all.stream().mapToLong(BoardIndex::version).sum();
    }
  }

  /**
   * The ranks of a board's teams.
   *
   * @param whole the board as a whole
   * @throws ServiceException BOARD_LOADING if the members' ranks have yet to be read
   */
  Ranks get(BoardKey whole, CompiledBoard board) {
    RankStyle style = board.board().getRanks();
    ImmutableMap.Builder<String, BoardIndex> found = ImmutableMap.builder();
    board
        .teams()
        .byId()
        .keySet()
        .forEach(teamId -> found.put(teamId, indexes.get(whole.part(teamId), style)));
    ImmutableMap<String, BoardIndex> ofMembers = found.buildOrThrow();
    Ranks known = latest.getIfPresent(whole);
    if (known != null && known.areOf(ofMembers)) {
      return known;
    }
    Ranks ranks = Ranks.of(style, ofMembers);
    latest.put(whole, ranks);
    return ranks;
  }

  /** The ranks of teams for which nobody has scored. */
  static Ranks none(CompiledBoard board) {
    RankStyle style = board.board().getRanks();
    ImmutableMap.Builder<String, BoardIndex> ofMembers = ImmutableMap.builder();
    board.teams().byId().keySet().forEach(teamId -> ofMembers.put(teamId, BoardIndex.empty(style)));
    return Ranks.of(style, ofMembers.buildOrThrow());
  }

  /** Whether nothing has moved since, and no member's ranks were read anew. */
  boolean areLatest(BoardKey whole, Ranks ranks) {
    return ranks.ofMembers().entrySet().stream()
            .allMatch(team -> team.getValue().equals(indexes.peek(whole.part(team.getKey()))))
        && ranks.areOf(ranks.ofMembers());
  }
}
