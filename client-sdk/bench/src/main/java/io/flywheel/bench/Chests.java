package io.flywheel.bench;

import io.flywheel.v1.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The events that open the day's chest of each viewer of a connection: 300 likes over three
 * minutes, for the program lets 120 a minute count, ten different comments, and a share. Not
 * thread-safe.
 */
final class Chests implements EventSender.Source {
  private final EventMix mix;
  private final Population population;
  private final int connections;
  private final Instant now = Instant.now();
  private int viewer;
  private Iterator<Event> events = List.<Event>of().iterator();

  Chests(Population population, int connection, int connections) {
    this.mix = new EventMix(population, population.merchant() + "-" + connection + "-", 0);
    this.population = population;
    this.connections = connections;
    this.viewer = connection;
  }

  @Override
  public @Nullable Event next() {
    if (!events.hasNext()) {
      if (viewer >= population.size()) {
        return null;
      }
      events = open(viewer);
      viewer += connections;
    }
    return events.next();
  }

  private Iterator<Event> open(int one) {
    List<Event> all = new ArrayList<>();
    for (int minute = 3; minute > 0; minute--) {
      all.add(mix.likes(one, 100, now.minus(Duration.ofMinutes(minute))));
    }
    for (int i = 0; i < 10; i++) {
      all.add(mix.comment(one, now));
    }
    all.add(mix.share(one, now));
    return all.iterator();
  }
}
