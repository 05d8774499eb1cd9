package io.flywheel.audience;

import com.google.protobuf.util.Timestamps;
import io.flywheel.v1.AudienceMember;
import java.util.List;

/** Viewers as CSV (RFC 4180). Pure functions. */
final class Csv {
  static final String HEADER =
      "viewer_id,name,tags,level,streak,check_ins,first_seen_at,last_seen_at,points,orders,"
          + "ordered_minor,room_id\r\n";

  private Csv() {}

  static String rows(List<AudienceMember> members) {
    StringBuilder csv = new StringBuilder();
    for (AudienceMember member : members) {
      csv.append(text(member.getViewerId()))
          .append(',')
          .append(text(member.getShownAs().getDisplayName()))
          .append(',')
          .append(text(String.join(" ", member.getTagsList())))
          .append(',')
          .append(text(member.getLevelId()))
          .append(',')
          .append(member.getStreak())
          .append(',')
          .append(member.getCheckIns())
          .append(',')
          .append(Timestamps.toString(member.getFirstSeenAt()))
          .append(',')
          .append(Timestamps.toString(member.getLastSeenAt()))
          .append(',')
          .append(member.getPoints())
          .append(',')
          .append(member.getOrders())
          .append(',')
          .append(member.getOrderedMinor())
          .append(',')
          .append(text(member.getRoomId()))
          .append("\r\n");
    }
    return csv.toString();
  }

  /** A spreadsheet would take what begins like a formula for one. */
  private static String text(String text) {
    String safe = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    return safe.matches("(?s).*[\",\r\n].*") ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
  }
}
