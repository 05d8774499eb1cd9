package io.flywheel.gateway;

import io.flywheel.v1.AdjustPointsRequest;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.PointsServiceGrpc;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/**
 * Callers that read, and callers that write one point at a time, each soon after the last. A write
 * whose answer does not come is repeated with the same request_id, as every client has to; a read
 * is not. Thread-safe.
 */
final class Load implements AutoCloseable {
  private static final int DEADLINE_SECONDS = 20;
  private static final int MAX_TRIES = 50;

  /** Leaves processors to the servers that start meanwhile. */
  private static final long PAUSE_MILLIS = 5;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicInteger writes = new AtomicInteger();
  private final AtomicInteger repeats = new AtomicInteger();
  private final ConcurrentLinkedQueue<Status> failedReads = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Status> failedWrites = new ConcurrentLinkedQueue<>();
  private volatile boolean ending;

  /**
   * Begins so many readers and as many writers, each for a viewer of its own, named after the load.
   */
  Load(String name, int callers, IntFunction<Channel> connections) {
    for (int i = 0; i < callers; i++) {
      Channel channel = connections.apply(i);
      String viewer = name + "-" + i;
      threads.execute(() -> read(channel, viewer));
      threads.execute(() -> write(channel, viewer));
    }
  }

  int reads() {
    return reads.get();
  }

  /** Writes that were answered, each counted once. */
  int writes() {
    return writes.get();
  }

  /** How often a write was tried again. */
  int repeats() {
    return repeats.get();
  }

  List<Status> failedReads() {
    return List.copyOf(failedReads);
  }

  /** Writes that were given up. */
  List<Status> failedWrites() {
    return List.copyOf(failedWrites);
  }

  /** Lets the calls under way come to their end. */
  @Override
  public void close() {
    ending = true;
    threads.close();
  }

  private void read(Channel channel, String viewer) {
    GetBalanceRequest request = GetBalanceRequest.newBuilder().setViewerId(viewer).build();
    while (!ending) {
      try {
        var unused = within(channel).getBalance(request);
        reads.incrementAndGet();
      } catch (StatusRuntimeException e) {
        failedReads.add(e.getStatus());
      }
      pause();
    }
  }

  private void write(Channel channel, String viewer) {
    for (int i = 0; !ending; i++) {
      write(
          channel,
          AdjustPointsRequest.newBuilder()
              .setRequestId(viewer + "-" + i)
              .setViewerId(viewer)
              .setAmount(1)
              .setReason("load")
              .build());
      pause();
    }
  }

  private static void pause() {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
  }

  private void write(Channel channel, AdjustPointsRequest request) {
    Status last = Status.OK;
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      try {
        var unused = within(channel).adjustPoints(request);
        writes.incrementAndGet();
        repeats.addAndGet(tries);
        return;
      } catch (StatusRuntimeException e) {
        last = e.getStatus();
        if (last.getCode() != Status.Code.UNAVAILABLE) {
          break;
        }
      }
    }
    failedWrites.add(last);
  }

  private static PointsServiceGrpc.PointsServiceBlockingStub within(Channel channel) {
    return PointsServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }
}
