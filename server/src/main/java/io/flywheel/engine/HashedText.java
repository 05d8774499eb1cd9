package io.flywheel.engine;

import com.google.protobuf.Descriptors.FieldDescriptor;

/**
 * A text of viewers' that the journal does not keep: a salted hash and the length stand in its
 * place, so that equal texts can still be told from others. Bind it with {@code
 * Multibinder.newSetBinder(binder(), HashedText.class)}.
 *
 * @param field of the type string, not repeated; in whichever messages it occurs
 */
public record HashedText(FieldDescriptor field) {}
