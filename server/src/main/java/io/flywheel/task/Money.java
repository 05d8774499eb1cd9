package io.flywheel.task;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Amounts of money as people read them. Pure functions. */
final class Money {
  private static final String DEFAULT = "CNY";

  private Money() {}

  /**
   * An amount with its sign: "¥500", "$129.05".
   *
   * @param currency its ISO 4217 code; empty: the default
   * @param minor in the currency's minor unit
   */
  static String of(String currency, long minor) {
    String code = currency.isEmpty() ? DEFAULT : currency;
    Currency known = find(code);
    int digits = known == null ? 2 : Math.max(0, known.getDefaultFractionDigits());
    BigDecimal amount = BigDecimal.valueOf(minor, digits);
    boolean isWhole = amount.stripTrailingZeros().scale() <= 0;
    return sign(code, known)
        + (isWhole ? amount.toBigInteger().toString() : amount.toPlainString());
  }

  /** Codes that have no sign of their own stand apart. */
  private static String sign(String code, @Nullable Currency known) {
    if (code.equals(DEFAULT)) {
      return "¥";
    }
    String sign = known == null ? code : known.getSymbol(Locale.US);
    return sign.equals(code) ? code + " " : sign;
  }

  /** A version that was applied must be shown for ever, also where its currency is not known. */
  private static @Nullable Currency find(String code) {
    try {
      return Currency.getInstance(code);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
