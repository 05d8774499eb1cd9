package io.flywheel.program;

import io.flywheel.v1.Program;
import io.flywheel.v1.ProgramVersion;

/** A version of a merchant's program as it is stored: what was written, and what it means. */
public record StoredVersion(ProgramVersion version, String document, Program program) {}
