package io.flywheel.engine;

import com.google.protobuf.Message;
import java.util.List;

/**
 * What turns of many actors add to something that one other actor of the merchant keeps, such as
 * what viewers add to a goal of their room. Were it a shared row that they all change, each batch
 * would hold it locked until its commit, and lanes would wait for each other.
 *
 * <p>To put a part into an inbox locks nothing. The parts of all turns of a batch for one actor are
 * saved as one follow-up, by the batch's own transaction; the actor takes them out right after the
 * commit, by a turn of its own. So each part is taken out once, whatever is killed in between and
 * however many nodes there are. Parts of one batch are taken out in the order of its turns; batches
 * of several lanes may come in any order.
 *
 * <p>Thread-safe, for it holds nothing.
 *
 * @param <P> a part, immutable
 */
public interface Inbox<P> {
  /**
   * Makes of the parts what the actor's turn gets, which a reactor listens to.
   *
   * @param parts at least one
   */
  Message pack(List<P> parts);
}
