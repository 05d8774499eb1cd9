package io.flywheel.points;

import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.PointsEntry;

/**
 * An entry of the ledger.
 *
 * @param viewer whose points it moves
 * @param entry what it does
 */
record LedgerEntry(ViewerKey viewer, PointsEntry entry) {}
