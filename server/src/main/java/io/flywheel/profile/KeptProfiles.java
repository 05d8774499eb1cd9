package io.flywheel.profile;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.Action;
import io.flywheel.engine.CommitListener;
import io.flywheel.engine.Interests;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.cluster.ClusterBus;
import io.flywheel.v1.Fact;
import io.flywheel.v1.PublicProfile;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How viewers are shown, in memory, for as long as nothing changes it. Who is shown otherwise is
 * forgotten here before the call that did it is answered, and on other nodes as soon as they hear
 * of the commit; where something may have been missed, all of the merchant's viewers are forgotten.
 * Nodes that can't hear of each other keep what they read for eight seconds. Thread-safe.
 */
final class KeptProfiles implements CommitListener {
  /** Whatever happens, it is looked up again after this. */
  private static final Duration KEPT_FOR = Duration.ofMinutes(10);

  /** How long it is kept where nobody tells of changes. */
  private static final Duration KEPT_UNHEARD_FOR = Duration.ofSeconds(8);

  private static final int MAX_MERCHANTS = 10_000;

  /** How long a merchant's changes are heard after anybody asked for one of the viewers. */
  private static final Duration FOLLOWED_FOR = Duration.ofMinutes(10);

  private final Interests interests;
  private final Clock clock;
  private final int keptForSeconds;
  private final AtomicInteger numbers = new AtomicInteger();
  private final Cache<String, Followed> merchants =
      Caffeine.newBuilder()
          .maximumSize(MAX_MERCHANTS)
          .expireAfterAccess(FOLLOWED_FOR)
          .executor(Runnable::run)
          .removalListener(KeptProfiles::followNoMore)
          .build();

  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  /** To be read and written under the lock. */
  private final ProfileTable table;

  /** A merchant whose changes are heard. */
  private static final class Followed {
    private final Interests.Interest interest;

    /** Under which the viewers are kept; with another one, nothing of them is known. */
    private volatile int number;

    /** Those that are under way; to be used under the lock for writing. */
    private final Set<Look> looks = new HashSet<>();

    Followed(Interests.Interest interest, int number) {
      this.interest = interest;
      this.number = number;
    }
  }

  /**
   * A look into the database: of what it brings, those are not kept who were outdated since it
   * began. To be closed. Used by one thread.
   */
  final class Look implements AutoCloseable {
    private final Followed followed;
    private final int number;
    private final int beganSeconds;

    /** To be used under the lock for writing. */
    private final Set<String> outdated = new HashSet<>(0);

    private Look(Followed followed, int beganSeconds) {
      this.followed = followed;
      this.number = followed.number;
      this.beganSeconds = beganSeconds;
    }

    /** Keeps what was read, by the viewers' ids. */
    void keep(Map<String, PublicProfile> read) {
      lock.writeLock().lock();
      try {
        if (number == followed.number) {
          read.forEach((viewerId, profile) -> {
            if (!outdated.contains(viewerId)) {
              table.put(number, viewerId, beganSeconds, profile.toByteArray());
            }
          });
        }
      } finally {
        lock.writeLock().unlock();
      }
    }

    @Override
    public void close() {
      lock.writeLock().lock();
      try {
        followed.looks.remove(this);
      } finally {
        lock.writeLock().unlock();
      }
    }
  }

  @Inject
  KeptProfiles(
      ProfileConfig config,
      Interests interests,
      ClusterBus bus,
      Clock clock,
      MeterRegistry metrics) {
    this.interests = interests;
    this.clock = clock;
    keptForSeconds = (int) (bus.isDeaf() ? KEPT_UNHEARD_FOR : KEPT_FOR).toSeconds();
    table = new ProfileTable(config.bytesInMemory());
    Gauge.builder("flywheel.profile.kept", this, kept -> kept.reading(ProfileTable::size))
        .description("Viewers of whom it is in memory how they are shown")
        .register(metrics);
    Gauge.builder("flywheel.profile.bytes", this, kept -> kept.reading(ProfileTable::bytes))
        .description("What these take of it, in bytes")
        .register(metrics);
  }

  /** How viewers are shown, in the order of their ids; null: it is not known. */
  @Nullable PublicProfile[] find(String merchantId, List<String> viewerIds) {
    int number = merchants.get(merchantId, this::follow).number;
    int now = nowSeconds();
    @Nullable PublicProfile[] found = new PublicProfile[viewerIds.size()];
    lock.readLock().lock();
    try {
      for (int i = 0; i < found.length; i++) {
        found[i] = table.find(number, viewerIds.get(i), now, keptForSeconds, KeptProfiles::parse);
      }
    } finally {
      lock.readLock().unlock();
    }
    return found;
  }

  /** Begins to look into the database, once what changes from now on is heard. */
  Look look(String merchantId) {
    Followed followed = merchants.get(merchantId, this::follow);
    followed.interest.awaitHeard();
    Look look = new Look(followed, nowSeconds());
    lock.writeLock().lock();
    try {
      followed.looks.add(look);
    } finally {
      lock.writeLock().unlock();
    }
    return look;
  }

  /** Whether more can be kept without forgetting anybody. */
  boolean hasRoom() {
    return reading(ProfileTable::hasRoom);
  }

  /** Facts tell nothing of how viewers are shown. */
  @Override
  public void committed(Action action, List<Fact> facts) {}

  @Override
  public void outdated(ViewerKey viewer) {
    Followed followed = merchants.policy().getIfPresentQuietly(viewer.merchantId());
    if (followed == null) {
      return;
    }
    lock.writeLock().lock();
    try {
      table.remove(followed.number, viewer.viewerId());
      followed.looks.forEach(look -> look.outdated.add(viewer.viewerId()));
    } finally {
      lock.writeLock().unlock();
    }
  }

  @Override
  public void missed(Missed missed) {
    merchants
        .asMap()
        .forEach((merchantId, followed) -> {
          if (missed.concernsMerchant(merchantId)) {
            followed.number = numbers.incrementAndGet();
          }
        });
  }

  private static void followNoMore(
      @Nullable String merchantId, @Nullable Followed followed, RemovalCause cause) {
    if (followed != null) {
      followed.interest.close();
    }
  }

  private Followed follow(String merchantId) {
    return new Followed(interests.merchant(merchantId), numbers.incrementAndGet());
  }

  private <T> T reading(Function<ProfileTable, T> reader) {
    lock.readLock().lock();
    try {
      return reader.apply(table);
    } finally {
      lock.readLock().unlock();
    }
  }

  private int nowSeconds() {
    return (int) (clock.millis() / 1_000);
  }

  private static PublicProfile parse(byte[] bytes, int offset, int length) {
    if (length == 0) {
      return PublicProfile.getDefaultInstance();
    }
    try {
      return PublicProfile.parser().parseFrom(bytes, offset, length);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("what was kept of a viewer can't be read", e);
    }
  }
}
