package io.flywheel.program;

import io.flywheel.v1.Program;
import org.jspecify.annotations.Nullable;

/**
 * Told to reactors in the merchant's turn that puts another program in force, so that they can
 * leave to be done what begins or ends by it. The turn's own program is still the one before.
 *
 * @param before the program that was in force; null: this is the merchant's first
 * @param next the program that is in force after the commit, with all defaults filled in
 * @param version the number of the next one
 */
public record ProgramApplied(@Nullable Program before, Program next, long version) {}
