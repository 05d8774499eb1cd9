package io.flywheel.engine;

/**
 * The time that an id bears, if it is of a kind whose ids are in time order: UUID version 7, ULID
 * or Snowflake. It only decides where the id is kept: rows of one time then lie together. The time
 * may be wrong, and nothing rests on it. Not to be instantiated.
 */
final class IdTime {
  /** The most that six bytes hold. */
  static final long MAX_MILLIS = (1L << 48) - 1;

  private static final int UUID_LENGTH = 36;
  private static final int ULID_LENGTH = 26;
  private static final int ULID_TIME_LENGTH = 10;
  private static final int MIN_SNOWFLAKE_LENGTH = 16;
  private static final int MAX_SNOWFLAKE_LENGTH = 19;
  private static final int SNOWFLAKE_TIME_SHIFT = 22;

  /**
   * When the numbers of the first Snowflake begin; others begin elsewhere, and are in order, too.
   */
  private static final long SNOWFLAKE_EPOCH_MILLIS = 1_288_834_974_657L;

  private IdTime() {}

  /**
   * The time as milliseconds since 1970, 1 to {@link #MAX_MILLIS}; 0: the id bears none. It is the
   * same for the same id whenever it is asked for.
   */
  static long millisOf(String id) {
    return switch (id.length()) {
      case UUID_LENGTH -> ofUuid(id);
      case ULID_LENGTH -> ofUlid(id);
      default ->
          id.length() >= MIN_SNOWFLAKE_LENGTH && id.length() <= MAX_SNOWFLAKE_LENGTH
              ? ofSnowflake(id)
              : 0;
    };
  }

  /** Such as 019acb3f-9d2c-7cc3-98c4-dc0c0c07398f, of which the first 12 digits are the time. */
  private static long ofUuid(String id) {
    long millis = 0;
    for (int i = 0; i < UUID_LENGTH; i++) {
      char c = id.charAt(i);
      if (i == 8 || i == 13 || i == 18 || i == 23) {
        if (c != '-') {
          return 0;
        }
        continue;
      }
      int digit = c < 128 ? Character.digit(c, 16) : -1;
      if (digit < 0 || (i == 14 && digit != 7) || (i == 19 && (digit & 0b1100) != 0b1000)) {
        return 0;
      }
      if (i < 13) {
        millis = millis << 4 | digit;
      }
    }
    return millis;
  }

  /** Such as 01ARZ3NDEKTSV4RRFFQ69G5FAV, of which the first 10 characters are the time. */
  private static long ofUlid(String id) {
    long millis = 0;
    for (int i = 0; i < ULID_LENGTH; i++) {
      int digit = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".indexOf(Character.toUpperCase(id.charAt(i)));
      if (digit < 0 || (i == 0 && digit > 7)) {
        return 0;
      }
      if (i < ULID_TIME_LENGTH) {
        millis = millis << 5 | digit;
      }
    }
    return millis;
  }

  /** Such as 1541815603606036480, of which all but the last 22 bits are the time. */
  private static long ofSnowflake(String id) {
    long number = 0;
    for (int i = 0; i < id.length(); i++) {
      int digit = id.charAt(i) - '0';
      if (digit < 0 || digit > 9 || number > (Long.MAX_VALUE - digit) / 10) {
        return 0;
      }
      number = number * 10 + digit;
    }
    return SNOWFLAKE_EPOCH_MILLIS + (number >> SNOWFLAKE_TIME_SHIFT);
  }
}
