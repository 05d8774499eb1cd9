package io.flywheel.engine;

/** What a cursor would have to read next is no longer kept; a new cursor has to be opened. */
public final class JournalGapException extends RuntimeException {
  private static final long serialVersionUID = 1;

  JournalGapException(String merchantId) {
    super(
        "a part of the journal of %s that was not read yet is no longer kept (journal.keep; readers that are registered are waited for)"
            .formatted(merchantId));
  }
}
