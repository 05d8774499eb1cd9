/**
 * The audience: who a merchant's viewers are, found and counted by what is known of them.
 *
 * <p>Lists go along {@code audience_facet}: a row for each of a viewer's facets, with an index for
 * each order, so that a page of a facet in an order is one stretch of an index, and its viewers are
 * read by their keys. {@code AudienceSpeedTest} times each such page over a million viewers, {@code
 * TagPassTest} lets a million viewers' tags move for sixty days, and {@code AudienceCostTest} tells
 * what tags and figures add to an event; the README has their commands.
 */
@NullMarked
package io.flywheel.audience;

import org.jspecify.annotations.NullMarked;
