package io.flywheel.engine;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import java.sql.SQLException;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;

/**
 * A feature's state of a viewer, packed as one message in one column {@code state} of a table whose
 * primary key is {@code merchant_id, viewer_id}. A feature names its table by its two statements.
 * Thread-safe.
 *
 * @param <S> the message
 */
public abstract class PackedSlice<S extends Message> implements Slice<ViewerKey, S> {
  private final String select;
  private final String insert;
  private final S initial;
  private final Parser<S> parser;

  /**
   * A slice.
   *
   * @param select ends with {@code merchant_id = ? AND viewer_id IN}; reads viewer_id and state
   * @param insert ends with {@code (merchant_id, viewer_id, state) VALUES}
   * @param initial the state of a viewer without a row
   */
  @SuppressWarnings("unchecked") // a message's parser makes messages of its type
  protected PackedSlice(String select, String insert, S initial) {
    this.select = select;
    this.insert = insert;
    this.initial = initial;
    this.parser = (Parser<S>) initial.getParserForType();
  }

  @Override
  public final S initial(ViewerKey key) {
    return initial;
  }

  @Override
  public final void load(
      Script script, SortedSet<ViewerKey> keys, boolean lock, BiConsumer<ViewerKey, S> found) {
    ViewerRows.readStates(
        script, select, keys, (key, row) -> found.accept(key, parse(row.getBytes("state"))));
  }

  @Override
  public final boolean isReadWithOthers() {
    return true;
  }

  @Override
  public final void save(Script script, Map<ViewerKey, S> changed) {
    script.write(
        insert,
        3,
        "ON DUPLICATE KEY UPDATE state = VALUES(state)",
        changed.entrySet(),
        (values, row) -> {
          ViewerRows.bindKey(values, row.getKey());
          values.bytes(row.getValue().toByteArray());
        });
  }

  private S parse(byte[] state) throws SQLException {
    try {
      return parser.parseFrom(state);
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException(
          "a stored " + initial.getDescriptorForType().getName() + " can't be read", e);
    }
  }
}
