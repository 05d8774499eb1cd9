package io.flywheel.platform.http;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Single values of fields as JSON, a path or a query writes them. Each method gives null for what
 * does not fit: nothing is cut down, rounded or turned into what was perhaps meant.
 */
final class JsonValues {
  private static final int MAX_SHOWN = 60;
  private static final int MAX_DIGITS = 40;
  private static final Pattern WHOLE_NUMBER = Pattern.compile("-?(0|[1-9][0-9]{0,19})");
  private static final Pattern TIME =
      Pattern.compile(
          "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})",
          Pattern.CASE_INSENSITIVE);
  private static final Instant FIRST_TIME = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LAST_TIME = Instant.parse("9999-12-31T23:59:59.999999999Z");
  private static final Pattern DURATION = Pattern.compile("(-?)([0-9]{1,12})(?:[.]([0-9]{1,9}))?s");

  private JsonValues() {}

  /** From a text of JSON. */
  static @Nullable Object fromString(FieldDescriptor field, String text) {
    return switch (field.getJavaType()) {
      case STRING -> text;
      case INT, LONG -> WHOLE_NUMBER.matcher(text).matches() ? whole(field, text) : null;
      case ENUM -> field.getEnumType().findValueByName(text);
      case BYTE_STRING -> bytes(text);
      case MESSAGE -> fromTextOfMessage(field, text);
      case BOOLEAN, FLOAT, DOUBLE -> null;
    };
  }

  /** From a number of JSON, as it was written. */
  static @Nullable Object fromNumber(FieldDescriptor field, String number) {
    return switch (field.getJavaType()) {
      case INT, LONG -> whole(field, number);
      case ENUM -> enumValue(field, number);
      case DOUBLE -> Double.isFinite(Double.parseDouble(number)) ? Double.valueOf(number) : null;
      case FLOAT -> Float.isFinite(Float.parseFloat(number)) ? Float.valueOf(number) : null;
      default -> null;
    };
  }

  /** From a path, a query, or a key of a map, which know texts alone. */
  static @Nullable Object fromText(FieldDescriptor field, String text) {
    return switch (field.getJavaType()) {
      case BOOLEAN -> text.equals("true") ? Boolean.TRUE : text.equals("false") ? false : null;
      case ENUM -> {
        Object named = fromString(field, text);
        yield named == null && WHOLE_NUMBER.matcher(text).matches()
            ? enumValue(field, text)
            : named;
      }
      default -> fromString(field, text);
    };
  }

  /** What is wrong with what was found, such as {@code "x" (expected: true or false)}. */
  static String expected(FieldDescriptor field, String found) {
    String expected =
        switch (field.getJavaType()) {
          case STRING -> "a text";
          case INT -> "a whole number from %d to %d".formatted(least(field, 31), most(field, 31));
          case LONG -> "a whole number from %d to %d".formatted(least(field, 63), most(field, 63));
          case BOOLEAN -> "true or false";
          case ENUM -> "a value of " + field.getEnumType().getName();
          case BYTE_STRING -> "bytes in Base64";
          case FLOAT, DOUBLE -> "a number";
          case MESSAGE ->
              field.getMessageType().equals(Timestamp.getDescriptor())
                  ? "a time such as 2026-03-02T08:00:00Z"
                  : field.getMessageType().equals(Duration.getDescriptor())
                      ? "a duration in seconds such as 90s or 1.5s"
                      : "an object";
        };
    return found + " (expected: " + expected + ")";
  }

  static String quoted(String text) {
    return '"' + cut(text) + '"';
  }

  /** The beginning of a text that may be of any length. */
  static String cut(String text) {
    if (text.length() <= MAX_SHOWN) {
      return text;
    }
    boolean splits = Character.isHighSurrogate(text.charAt(MAX_SHOWN - 1));
    return text.substring(0, splits ? MAX_SHOWN - 1 : MAX_SHOWN) + "…";
  }

  private static @Nullable Object whole(FieldDescriptor field, String text) {
    if (text.length() > MAX_DIGITS) {
      return null;
    }
    BigDecimal number = new BigDecimal(text);
    // Before it is written out: 1e999999999 has as many digits.
    if (number.signum() != 0 && number.precision() - (long) number.scale() > MAX_DIGITS) {
      return null;
    }
    BigDecimal plain = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
    if (plain.scale() > 0) {
      return null;
    }
    BigInteger whole = plain.toBigIntegerExact();
    boolean isInt = field.getJavaType() == JavaType.INT;
    int bits = isInt ? 31 : 63;
    if (whole.compareTo(least(field, bits)) < 0 || whole.compareTo(most(field, bits)) > 0) {
      return null;
    }
    return isInt ? (Object) whole.intValue() : (Object) whole.longValue();
  }

  private static BigInteger least(FieldDescriptor field, int bits) {
    return isUnsigned(field) ? BigInteger.ZERO : BigInteger.ONE.shiftLeft(bits).negate();
  }

  private static BigInteger most(FieldDescriptor field, int bits) {
    return BigInteger.ONE.shiftLeft(isUnsigned(field) ? bits + 1 : bits).subtract(BigInteger.ONE);
  }

  private static boolean isUnsigned(FieldDescriptor field) {
    return switch (field.getType()) {
      case UINT32, UINT64, FIXED32, FIXED64 -> true;
      default -> false;
    };
  }

  private static @Nullable EnumValueDescriptor enumValue(FieldDescriptor field, String number) {
    boolean isPlain = WHOLE_NUMBER.matcher(number).matches() && number.length() < 10;
    return isPlain ? field.getEnumType().findValueByNumber(Integer.parseInt(number)) : null;
  }

  private static @Nullable ByteString bytes(String text) {
    try {
      return ByteString.copyFrom(
          Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/')));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static @Nullable Object fromTextOfMessage(FieldDescriptor field, String text) {
    if (field.getMessageType().equals(Timestamp.getDescriptor())) {
      return time(text);
    }
    return field.getMessageType().equals(Duration.getDescriptor()) ? duration(text) : null;
  }

  private static @Nullable Timestamp time(String text) {
    if (!TIME.matcher(text).matches()) {
      return null;
    }
    try {
      // It takes no day that the month does not have, and no hour or offset that is none.
      Instant time = OffsetDateTime.parse(text).toInstant();
      return time.isBefore(FIRST_TIME) || time.isAfter(LAST_TIME)
          ? null
          : Timestamp.newBuilder()
              .setSeconds(time.getEpochSecond())
              .setNanos(time.getNano())
              .build();
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static @Nullable Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    int sign = matcher.group(1).isEmpty() ? 1 : -1;
    String fraction = matcher.group(3) == null ? "" : matcher.group(3);
    Duration duration =
        Duration.newBuilder()
            .setSeconds(sign * Long.parseLong(matcher.group(2)))
            .setNanos(sign * Integer.parseInt((fraction + "000000000").substring(0, 9)))
            .build();
    return Durations.isValid(duration) ? duration : null;
  }
}
