/** Tests of the program. */
@org.jspecify.annotations.NullMarked
package io.flywheel.program;
