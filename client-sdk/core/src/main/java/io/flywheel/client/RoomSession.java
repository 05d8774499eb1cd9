package io.flywheel.client;

import io.flywheel.v1.ActRequest;
import io.flywheel.v1.Clicked;
import io.flywheel.v1.Commented;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Followed;
import io.flywheel.v1.Liked;
import io.flywheel.v1.Shared;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A viewer's stay in a room: enters, sends heartbeats while the app is in front, comes in again
 * when the session was ended, and keeps likes until they are delivered. Begun with {@link
 * FlywheelClient#joinRoom}. Thread-safe.
 *
 * <p>What it sets off comes to the {@link RoomListener}; the futures answer it too, on threads that
 * must not be blocked.
 */
public final class RoomSession implements AutoCloseable {
  private final FlywheelClient client;
  private final Builder settings;
  private final Loop loop;
  private final Executor callbacks;
  private final Presence presence;
  private final Acts acts;
  private final Likes likes;
  private final Network.Listening surroundings;
  private final CompletableFuture<Void> entered;
  private volatile RoomState state = RoomState.ENTERING;
  private @Nullable CompletableFuture<Void> left;
  private boolean looksForBearer;

  private RoomSession(Builder settings) {
    this.client = settings.client;
    this.settings = settings;
    this.entered = client.promise();
    this.loop = new Loop(client.time());
    this.callbacks = new Serial(client.callbacks());
    this.presence = new Presence(client, settings, loop, new Stay());
    this.acts = new Acts(client, loop, presence);
    this.likes = new Likes(client, loop, settings.likeIntervalMillis, new LikeCourier());
    this.surroundings = client.surroundings().onChange(() -> loop.run(this::surroundingsChanged));
  }

  /** The room. */
  public String roomId() {
    return settings.roomId;
  }

  /** How the stay stands now. */
  public RoomState state() {
    return state;
  }

  /** Completes when the viewer is in the room for the first time; fails when that can't be. */
  public CompletableFuture<Void> entered() {
    return CompletableFuture.allOf(entered);
  }

  /** One like. */
  public void like() {
    like(1);
  }

  /**
   * Likes; gathered, kept while there is no connection, and delivered once.
   *
   * @param count 1 or more
   */
  public void like(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("count: " + count + " (expected: 1 or more)");
    }
    loop.run(() -> {
      if (presence.isOver()) {
        callbacks.execute(() -> settings.listener.onLikesLost(count, null));
      } else {
        likes.add(count);
      }
    });
  }

  /** Writes a comment. */
  public CompletableFuture<List<Fact>> comment(String text) {
    return comment(text, client.newId());
  }

  /**
   * Writes a comment under an id of your own, for a comment that is written again later: with the
   * same id it has one effect.
   */
  public CompletableFuture<List<Fact>> comment(String text, String requestId) {
    return act(
        ActRequest.newBuilder()
            .setRequestId(requestId)
            .setCommented(Commented.newBuilder().setText(text)));
  }

  /** Shares the room to a channel, such as "wechat". */
  public CompletableFuture<List<Fact>> share(String channel) {
    return act(ActRequest.newBuilder().setShared(Shared.newBuilder().setChannel(channel)));
  }

  /** Follows the host. */
  public CompletableFuture<List<Fact>> follow() {
    return act(ActRequest.newBuilder().setFollowed(Followed.getDefaultInstance()));
  }

  /** Opened goods, a link or a banner. */
  public CompletableFuture<List<Fact>> click(String target) {
    return act(ActRequest.newBuilder().setClicked(Clicked.newBuilder().setTarget(target)));
  }

  /**
   * Gives a sign of life ahead of its time, so that watch time that has just been reached is
   * credited now; comes in again where the session was ended elsewhere.
   */
  public void beat() {
    loop.run(presence::wake);
  }

  /**
   * Delivers the likes, for at most ten seconds, and leaves. Completes when the service knows;
   * fails when it can't be told, upon which it notices by itself.
   */
  public CompletableFuture<Void> leave() {
    CompletableFuture<Void> answer = client.promise();
    loop.run(() -> {
      if (left == null) {
        left = presence.isOver() ? CompletableFuture.completedFuture(null) : flushAndLeave();
      }
      CompletableFuture<Void> unused =
          left.whenComplete((done, failure) -> {
            if (failure == null) {
              answer.complete(null);
            } else {
              answer.completeExceptionally(failure);
            }
          });
    });
    return answer;
  }

  /**
   * Stops without a word to the service, as the end of the process does. Likes that are kept stay
   * for the next session.
   */
  @Override
  public void close() {
    surroundings.close();
    loop.run(presence::abandon);
  }

  private CompletableFuture<Void> flushAndLeave() {
    CompletableFuture<Void> gone = new CompletableFuture<>();
    CompletableFuture<Void> flushed = likes.flush();
    Time.Task tooLate = loop.after(Presence.ENTRY_PATIENCE_MILLIS, () -> flushed.complete(null));
    loop.when(
        flushed,
        done -> {
          tooLate.cancel();
          if (presence.isOver()) {
            gone.complete(null);
            return;
          }
          loop.when(presence.leave(), gone::complete, gone::completeExceptionally);
        },
        gone::completeExceptionally);
    return gone;
  }

  private CompletableFuture<List<Fact>> act(ActRequest.Builder what) {
    if (what.getRequestId().isEmpty()) {
      what.setRequestId(client.newId());
    }
    ActRequest request =
        what.setRoomId(settings.roomId).setViewerId(settings.viewerIdOrEmpty()).build();
    CompletableFuture<List<Fact>> done = client.promise();
    loop.run(() ->
        loop.when(
            acts.send(request),
            facts -> {
              tell(facts);
              done.complete(facts);
            },
            done::completeExceptionally));
    return done;
  }

  private void start() {
    loop.run(() -> {
      presence.start();
      keepLikes();
    });
  }

  private void surroundingsChanged() {
    presence.wake();
    if (client.surroundings().hasNetwork()) {
      likes.wake();
    }
  }

  /** Keeps the likes in the storage from now on, if it is known whose they are. */
  private void keepLikes() {
    if (likes.areKept() || looksForBearer) {
      return;
    }
    if (settings.viewerId != null) {
      likes.keepUnder(key(settings.viewerId));
      return;
    }
    looksForBearer = true;
    CompletableFuture<@Nullable String> bearer = CompletableFuture.supplyAsync(client::bearer);
    loop.when(
        bearer,
        found -> {
          looksForBearer = false;
          if (found != null && !presence.isOver()) {
            likes.keepUnder(key(found));
          }
        },
        noToken -> looksForBearer = false); // There is one after the entry.
  }

  /** Short, and without a name in it: it may become the name of a file. */
  private String key(String whose) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      byte[] hash = sha.digest((whose + "\n" + settings.roomId).getBytes(StandardCharsets.UTF_8));
      StringBuilder key = new StringBuilder("likes-");
      for (int i = 0; i < 16; i++) {
        key.append(Character.forDigit((hash[i] >> 4) & 0xF, 16));
        key.append(Character.forDigit(hash[i] & 0xF, 16));
      }
      return key.toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private void tell(List<Fact> facts) {
    if (!facts.isEmpty()) {
      callbacks.execute(() -> settings.listener.onFacts(facts));
    }
  }

  private final class Stay implements Presence.Observer {
    @Override
    public void facts(List<Fact> facts) {
      tell(facts);
    }

    @Override
    public void state(RoomState next, @Nullable FlywheelException failure) {
      state = next;
      if (presence.isOver()) {
        surroundings.close();
        likes.close();
        entered.completeExceptionally(
            failure == null ? new IllegalStateException("the viewer has left the room") : failure);
      }
      callbacks.execute(() -> settings.listener.onState(next, failure));
    }

    @Override
    public void entered() {
      entered.complete(null);
      keepLikes();
      likes.wake();
    }
  }

  private final class LikeCourier implements Likes.Courier {
    private int told;

    @Override
    public CompletableFuture<?> send(String requestId, int count) {
      return act(
          ActRequest.newBuilder()
              .setRequestId(requestId)
              .setLiked(Liked.newBuilder().setCount(count)));
    }

    @Override
    public void waiting(int count) {
      if (count != told) {
        told = count;
        callbacks.execute(() -> settings.listener.onLikesWaiting(count));
      }
    }

    @Override
    public void lost(int count, @Nullable FlywheelException failure) {
      callbacks.execute(() -> settings.listener.onLikesLost(count, failure));
    }
  }

  /** Configures a stay. Not thread-safe. */
  public static final class Builder {
    private final FlywheelClient client;
    private final String roomId;
    private @Nullable String viewerId;
    private @Nullable String broadcastId;
    private @Nullable String timeZone;
    private boolean countWhileBehind;
    private long likeIntervalMillis = 1_000;
    private RoomListener listener = new RoomListener() {};

    Builder(FlywheelClient client, String roomId) {
      this.client = client;
      this.roomId = roomId;
    }

    /**
     * The viewer. A viewer's own token names them; it is only needed where likes are to be kept
     * before the first token was had, and where the platform's services act for a viewer.
     */
    public Builder viewer(String newViewerId) {
      viewerId = newViewerId;
      return this;
    }

    /**
     * Only where the platform's services act for a viewer; a viewer's token names the broadcast.
     */
    public Builder broadcast(String newBroadcastId) {
      broadcastId = newBroadcastId;
      return this;
    }

    /** IANA name. Default: the device's time zone, where the service knows it. */
    public Builder timeZone(String newTimeZone) {
      timeZone = newTimeZone;
      return this;
    }

    /** Counts on while the app is not in front, as for a show that is listened to. Default no. */
    public Builder countWhileBehind() {
      countWhileBehind = true;
      return this;
    }

    /** How long likes are gathered into one call. Default 1 second. */
    public Builder likeInterval(long interval, TimeUnit unit) {
      likeIntervalMillis = unit.toMillis(interval);
      return this;
    }

    /** Told of what happens. */
    public Builder listener(RoomListener newListener) {
      listener = newListener;
      return this;
    }

    /** Begins the stay. */
    public RoomSession enter() {
      RoomSession session = new RoomSession(this);
      session.start();
      return session;
    }

    String roomId() {
      return roomId;
    }

    String viewerIdOrEmpty() {
      return viewerId == null ? "" : viewerId;
    }

    String broadcastIdOrEmpty() {
      return broadcastId == null ? "" : broadcastId;
    }

    boolean hasTimeZone() {
      return timeZone != null;
    }

    String timeZone() {
      return timeZone == null ? "" : timeZone;
    }

    boolean countsWhileBehind() {
      return countWhileBehind;
    }
  }
}
