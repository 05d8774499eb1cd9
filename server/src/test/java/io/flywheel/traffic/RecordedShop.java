package io.flywheel.traffic;

import com.google.protobuf.util.Timestamps;
import io.flywheel.v1.Entered;
import io.flywheel.v1.Event;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.Refunded;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Turns a year of a shop's invoices into events, without broadcasts, so that days stand for them:
 * each country is a room, which a customer enters with the first invoice of a day. A refunded line
 * is of the customer's latest order with such goods of which something is left. Used by one thread.
 */
final class RecordedShop {
  private static final ZoneId ZONE = ZoneId.of("Europe/London");
  private static final int DAY_STARTS_AT = 4;

  private final String recording;
  private final Consumer<Event> events;
  private final Set<String> visits = new HashSet<>();

  private RecordedShop(String recording, Consumer<Event> events) {
    this.recording = recording;
    this.events = events;
  }

  /** A line of goods, and what it came to. */
  private record Line(String stockCode, long minor) {}

  /** An order or a refund. */
  private static final class Invoice {
    final String number;
    final long second;
    final String viewerId;
    final String room;
    final List<Line> lines = new ArrayList<>();
    long left;

    Invoice(String number, long second, String viewerId, String room) {
      this.number = number;
      this.second = second;
      this.viewerId = viewerId;
      this.room = room;
    }

    boolean isRefund() {
      return number.startsWith("C");
    }

    boolean has(String stockCode) {
      return lines.stream().anyMatch(line -> line.stockCode.equals(stockCode));
    }
  }

  /** Hands over the events of one customer of so many, in order. */
  static void read(Path folder, String recording, int oneOf, Consumer<Event> events) {
    RecordedShop shop = new RecordedShop(recording, events);
    Map<String, List<Invoice>> byCustomer = new HashMap<>();
    for (Invoice invoice : invoices(folder, recording, oneOf)) {
      List<Invoice> own = byCustomer.computeIfAbsent(invoice.viewerId, unused -> new ArrayList<>());
      if (invoice.isRefund()) {
        shop.refund(invoice, own);
      } else {
        shop.order(invoice);
        own.add(invoice);
      }
    }
  }

  /** Columns: ts, customer, action, invoice, stock_code, quantity, unit_price_gbp, country. */
  private static List<Invoice> invoices(Path folder, String recording, int oneOf) {
    Map<String, Invoice> invoices = new LinkedHashMap<>();
    try (BufferedReader rows = RecordedTraffic.open(folder, recording)) {
      rows.lines()
          .skip(1)
          .map(line -> line.split(",", -1))
          .filter(cells -> !cells[1].isEmpty() && Integer.parseInt(cells[1]) % oneOf == 0)
          .forEach(cells ->
              invoices
                  .computeIfAbsent(
                      cells[3],
                      number ->
                          new Invoice(
                              number,
                              Long.parseLong(cells[0]),
                              "c" + cells[1],
                              cells[7].replace(' ', '-')))
                  .lines
                  .add(new Line(cells[4], minor(cells[5], cells[6]))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(invoices.values());
  }

  private static long minor(String quantity, String price) {
    return new BigDecimal(quantity)
        .abs()
        .multiply(new BigDecimal(price))
        .movePointRight(2)
        .setScale(0, RoundingMode.HALF_UP)
        .longValueExact();
  }

  private void order(Invoice order) {
    order.left = order.lines.stream().mapToLong(Line::minor).sum();
    LocalDate day =
        Instant.ofEpochSecond(order.second)
            .atZone(ZONE)
            .toLocalDateTime()
            .minusHours(DAY_STARTS_AT)
            .toLocalDate();
    if (visits.add(order.viewerId + "/" + order.room + "/" + day)) {
      events.accept(event(order, "enter").setEntered(Entered.getDefaultInstance()).build());
    }
    events.accept(
        event(order, "order")
            .setOrdered(Ordered.newBuilder().setOrderId(order.number).setAmountMinor(order.left))
            .build());
  }

  private void refund(Invoice refund, List<Invoice> before) {
    Map<String, Long> taken = new LinkedHashMap<>();
    for (Line line : refund.lines) {
      for (int i = before.size() - 1; i >= 0; i--) {
        Invoice order = before.get(i);
        long part = Math.min(line.minor, order.left);
        if (part > 0 && order.has(line.stockCode)) {
          order.left -= part;
          taken.merge(order.number, part, Long::sum);
          break;
        }
      }
    }
    taken.forEach((orderId, minor) ->
        events.accept(
            event(refund, orderId)
                .setRefunded(
                    Refunded.newBuilder()
                        .setOrderId(orderId)
                        .setRefundId(refund.number)
                        .setAmountMinor(minor))
                .build()));
  }

  private Event.Builder event(Invoice invoice, String what) {
    return Event.newBuilder()
        .setEventId(recording + ":" + invoice.number + ":" + what)
        .setViewerId(invoice.viewerId)
        .setRoomId(invoice.room)
        .setOccurredAt(Timestamps.fromSeconds(invoice.second));
  }
}
