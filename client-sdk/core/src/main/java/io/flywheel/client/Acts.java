package io.flywheel.client;

import io.flywheel.v1.ActRequest;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Fact;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Does what a viewer does in a room: as soon as the viewer is in it, and once more where the
 * session had ended without anybody noticing. Everything is called on the session's loop.
 */
final class Acts {
  private final FlywheelClient client;
  private final Loop loop;
  private final Presence presence;

  Acts(FlywheelClient client, Loop loop, Presence presence) {
    this.client = client;
    this.loop = loop;
    this.presence = presence;
  }

  static boolean isNotInRoom(FlywheelException failure) {
    return failure.reason() == ErrorReason.ERROR_REASON_NOT_IN_ROOM;
  }

  CompletableFuture<List<Fact>> send(ActRequest request) {
    CompletableFuture<List<Fact>> done = new CompletableFuture<>();
    send(request, true, done);
    return done;
  }

  private void send(ActRequest request, boolean again, CompletableFuture<List<Fact>> done) {
    loop.when(
        presence.in(),
        entry ->
            loop.when(
                client.room().actAsync(request),
                answer -> done.complete(answer.getFactsList()),
                failure -> {
                  if (again && !presence.isOver() && isNotInRoom(failure)) {
                    presence.lost(entry);
                    send(request, false, done);
                  } else {
                    done.completeExceptionally(failure);
                  }
                }),
        done::completeExceptionally);
  }
}
