package io.flywheel.platform.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.platform.grpc.Budget;
import java.time.Duration;
import java.util.List;
import org.reactivestreams.Publisher;

/**
 * What a body costs of the budget: its bytes, from when each of them has come until the end. What a
 * caller only announces costs nothing. Thread-safe.
 */
final class Charge {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final Budget budget;
  private final List<String> holders;

  @GuardedBy("this")
  private long bytes;

  @GuardedBy("this")
  private boolean over;

  /** A charge in the name of the holders. */
  Charge(Budget budget, List<String> holders) {
    this.budget = budget;
    this.holders = holders;
  }

  /** The request, whose body fails with OVERLOADED where the budget has no room for more of it. */
  @SuppressWarnings("UnnecessaryMethodReference") // it hides that the publisher is a request
  HttpRequest on(HttpRequest request) {
    HttpRequest charged = request.mapData(this::add);
    // By itself it would be mapped once it is whole, by whoever collects it.
    return HttpRequest.of(request.headers(), (Publisher<HttpObject>) charged::subscribe);
  }

  /** Gives everything back. */
  synchronized void end() {
    over = true;
    budget.give(holders, bytes);
    bytes = 0;
  }

  private synchronized HttpData add(HttpData data) {
    int size = data.length();
    if (over || size == 0) {
      return data;
    } else if (!budget.take(holders, size)) {
      data.close();
      throw ServiceException.overloaded(RETRY_AFTER);
    }
    bytes += size;
    return data;
  }
}
