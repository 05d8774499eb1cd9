/**
 * The merchant's program: parsed from YAML or JSON, validated with every mistake's path and line,
 * versioned, and compiled into what the features' reactors run on.
 */
@NullMarked
package io.flywheel.program;

import org.jspecify.annotations.NullMarked;
