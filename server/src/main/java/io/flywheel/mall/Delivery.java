package io.flywheel.mall;

import com.google.common.collect.ImmutableMap;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.DeliveryField;
import io.flywheel.v1.MallItem;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What viewers say for deliveries. Pure functions; not to be instantiated. */
final class Delivery {
  private Delivery() {}

  /**
   * What a viewer said, without blanks around it.
   *
   * @throws ServiceException INVALID_FIELD if it is not what the item asks for
   */
  static Map<String, String> check(MallItem item, Map<String, String> said) {
    Set<String> known =
        item.getDeliveryFieldsList().stream()
            .map(DeliveryField::getName)
            .collect(Collectors.toSet());
    for (String name : said.keySet()) {
      if (!known.contains(name)) {
        throw ServiceException.invalidField(
            "delivery." + name, "given (expected: only what the item asks for: " + known + ")");
      }
    }
    ImmutableMap.Builder<String, String> checked = ImmutableMap.builder();
    for (DeliveryField field : item.getDeliveryFieldsList()) {
      String text = said.getOrDefault(field.getName(), "").strip();
      int length = text.codePointCount(0, text.length());
      if (text.isEmpty() && !field.getOptional()) {
        throw ServiceException.invalidField(
            "delivery." + field.getName(), "missing (expected: a text)");
      }
      if (length > field.getMaxLength()) {
        throw ServiceException.invalidField(
            "delivery." + field.getName(),
            "%d characters (expected: at most %d)".formatted(length, field.getMaxLength()));
      }
      if (!text.isEmpty()) {
        checked.put(field.getName(), text);
      }
    }
    return checked.buildOrThrow();
  }
}
