package io.flywheel.engine;

import java.util.List;

/**
 * A part of the journal.
 *
 * @param entries in the journal's order: those of one viewer stand in the order in which they took
 *     effect
 * @param next where the next part begins
 * @param more whether there is more by now
 */
public record JournalChunk(List<JournalEntry> entries, JournalCursor next, boolean more) {}
