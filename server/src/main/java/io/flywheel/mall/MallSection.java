package io.flywheel.mall;

import static io.flywheel.program.Expectations.expected;
import static io.flywheel.program.Expectations.show;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.program.Condition;
import io.flywheel.program.Condition.Subject;
import io.flywheel.program.Findings;
import io.flywheel.program.Names;
import io.flywheel.program.ProgramSection;
import io.flywheel.program.Texts;
import io.flywheel.v1.DeliveryField;
import io.flywheel.v1.MallItem;
import io.flywheel.v1.Program;
import io.flywheel.v1.WindowKind;
import jakarta.inject.Inject;
import java.util.HashSet;
import java.util.Set;

/** What a program says of the mall. A person stands before each purchase. Thread-safe. */
final class MallSection implements ProgramSection<CompiledMall> {
  static final Names.Kind ITEM = new Names.Kind("an item");

  private static final Duration FULFILL_WITHIN = Durations.fromDays(14);
  private static final int MAX_LENGTH = 200;

  @Inject
  MallSection() {}

  @Override
  public void fill(Program.Builder program) {
    if (program.hasMall()) {
      program.getMallBuilder().getItemsBuilderList().forEach(MallSection::fill);
    }
  }

  @Override
  public void declare(Program program, Names names, Findings findings) {
    for (int i = 0; i < program.getMall().getItemsCount(); i++) {
      names.declare(ITEM, program.getMall().getItems(i).getId(), "mall.items[" + i + "]");
    }
  }

  @Override
  public void check(Program program, Names names, Findings findings) {
    for (int i = 0; i < program.getMall().getItemsCount(); i++) {
      check(program.getMall().getItems(i), "mall.items[" + i + "].", findings);
    }
  }

  @Override
  public CompiledMall compile(Program filled) {
    return CompiledMall.of(filled.getMall());
  }

  private static void fill(MallItem.Builder item) {
    if (item.hasLimit() && item.getLimit().getPer() == WindowKind.WINDOW_KIND_UNSPECIFIED) {
      item.getLimitBuilder().setPer(WindowKind.WINDOW_KIND_ONCE);
    }
    if (item.getRewardsCount() == 0 && !item.hasFulfillWithin()) {
      item.setFulfillWithin(FULFILL_WITHIN);
    }
    for (DeliveryField.Builder field : item.getDeliveryFieldsBuilderList()) {
      if (field.getMaxLength() == 0) {
        field.setMaxLength(MAX_LENGTH);
      }
    }
  }

  private static void check(MallItem item, String path, Findings findings) {
    Texts.check(item.hasTitle(), item.getTitle(), path + "title", findings);
    Condition.check(Subject.VIEWER_ONLY, item.getAudience(), path + "audience", findings);
    for (int i = 0; i < item.getMemberPricesCount(); i++) {
      String at = path + "member_prices[" + i + "].audience";
      Condition.check(Subject.VIEWER_ONLY, item.getMemberPrices(i).getAudience(), at, findings);
    }
    if (item.hasSaleStartsAt()
        && item.hasSaleEndsAt()
        && Timestamps.compare(item.getSaleStartsAt(), item.getSaleEndsAt()) >= 0) {
      findings.broken(
          path + "sale_ends_at",
          expected(
              Timestamps.toString(item.getSaleEndsAt()),
              "a time after sale_starts_at, " + Timestamps.toString(item.getSaleStartsAt())));
    }
    if (item.getRewardsCount() > 0) {
      onlyForDelivered(item.getDeliveryFieldsCount() > 0, path + "delivery_fields", findings);
      onlyForDelivered(item.hasFulfillWithin(), path + "fulfill_within", findings);
      onlyForDelivered(item.getViewerMayCancel(), path + "viewer_may_cancel", findings);
    }
    checkFields(item, path, findings);
  }

  private static void onlyForDelivered(boolean given, String path, Findings findings) {
    if (given) {
      findings.broken(path, expected("given", "nothing; it is only for items without rewards"));
    }
  }

  private static void checkFields(MallItem item, String path, Findings findings) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < item.getDeliveryFieldsCount(); i++) {
      String name = item.getDeliveryFields(i).getName();
      if (!name.isEmpty() && !names.add(name)) {
        findings.broken(
            path + "delivery_fields[" + i + "].name",
            expected(show(name), "a name of its own; another field has this one"));
      }
    }
  }
}
