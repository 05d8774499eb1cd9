package io.flywheel.promises;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.engine.Action;
import io.flywheel.engine.Appender;
import io.flywheel.engine.CommitListener;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Script;
import io.flywheel.engine.Turn;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A feature that does everything wrong: custom events of certain names make its rules throw,
 * recurse for ever, write what the database refuses, wait until the test lets them go on, or fail
 * after the commit. Thread-safe.
 */
final class Saboteur extends AbstractModule implements Reactor, CommitListener {
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile CountDownLatch gate = new CountDownLatch(0);

  /** From now on "wait" waits. */
  void closeGate() {
    gate = new CountDownLatch(1);
  }

  void openGate() {
    gate.countDown();
  }

  /** How many actions have come to the gate. */
  int waiting() {
    return waiting.get();
  }

  @Override
  protected void configure() {
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().toInstance(this);
    Multibinder.newSetBinder(binder(), CommitListener.class).addBinding().toInstance(this);
  }

  @Override
  public void register(Reactions reactions) {
    reactions.on(Event.class, this::react);
  }

  private void react(Turn turn, Event event) {
    switch (event.getCustom().getName()) {
      case "throw" -> throw new IllegalStateException("a defect, made by the test");
      case "recurse" -> turn.signal(depth(0));
      case "refused" -> turn.append(new RefusedRows(), "x".repeat(65));
      case "wait" -> await();
      default -> {}
    }
  }

  @Override
  public void committed(Action action, List<Fact> facts) {
    if (action.viewer().viewerId().equals("listened-to")) {
      throw new StackOverflowError("a defect after the commit, made by the test");
    }
  }

  @SuppressWarnings("InfiniteRecursion")
  private static int depth(int depth) {
    return depth(depth + 1) + 1;
  }

  private void await() {
    waiting.incrementAndGet();
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Rows whose key is longer than its column. */
  private static final class RefusedRows implements Appender<String> {
    @Override
    public void append(Script script, List<String> rows) {
      script.write(
          "INSERT INTO program_head (merchant_id, version) VALUES",
          2,
          "",
          rows,
          (values, row) -> {
            values.text(row);
            values.number(1);
          });
    }
  }
}
