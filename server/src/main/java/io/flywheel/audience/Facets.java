package io.flywheel.audience;

import io.flywheel.v1.AudienceMember;
import java.util.LinkedHashSet;
import java.util.Set;

/** By what viewers are found in the index. Pure functions. */
final class Facets {
  static final String ALL = "all";

  private Facets() {}

  static String ofTag(String tagId) {
    return "tag:" + tagId;
  }

  static String ofRoom(String roomId) {
    return "room:" + roomId;
  }

  static String ofLevel(String levelId) {
    return "level:" + levelId;
  }

  /** Those of a viewer. */
  static Set<String> of(AudienceMember member) {
    Set<String> facets = new LinkedHashSet<>();
    facets.add(ALL);
    member.getTagsList().forEach(tag -> facets.add(ofTag(tag)));
    if (!member.getRoomId().isEmpty()) {
      facets.add(ofRoom(member.getRoomId()));
    }
    if (!member.getLevelId().isEmpty()) {
      facets.add(ofLevel(member.getLevelId()));
    }
    return facets;
  }
}
