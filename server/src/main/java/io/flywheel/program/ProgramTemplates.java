package io.flywheel.program;

import com.google.common.collect.ImmutableList;
import com.google.common.io.Resources;
import com.google.inject.Inject;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ProgramTemplate;
import io.flywheel.v1.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The built-in programs. Immutable and thread-safe. */
public final class ProgramTemplates {
  @Inject
  ProgramTemplates() {}

  private final ImmutableList<ProgramTemplate> templates =
      ImmutableList.of(
          template(
              "growth-flywheel",
              "增长飞轮：签到、互动、看播、下单与复购",
              "The growth flywheel: check in, take part, watch, order, order again"),
          template(
              "new-room",
              "新房间起步：少量任务，按场次集章",
              "A room that begins: few tasks, and a stamp for every show"),
          template(
              "daily-habit",
              "每日习惯：连续签到、冻结与补签",
              "The daily habit: streaks, freezes and make-up cards"),
          template(
              "shop-driver",
              "卖货直播间：点击、留资、下单与复购",
              "The selling room: goods, contacts, orders and orders again"));

  public ImmutableList<ProgramTemplate> all() {
    return templates;
  }

  public Optional<ProgramTemplate> find(String name) {
    return templates.stream().filter(template -> template.getName().equals(name)).findFirst();
  }

  /**
   * The template of a name.
   *
   * @throws ServiceException INVALID_FIELD
   */
  public ProgramTemplate require(String name) {
    List<String> known = templates.stream().map(ProgramTemplate::getName).toList();
    return find(name)
        .orElseThrow(() ->
            ServiceException.invalidField(
                "source.template",
                Expectations.expected(Expectations.show(name), Expectations.oneOf(known))));
  }

  private static ProgramTemplate template(String name, String zh, String en) {
    return ProgramTemplate.newBuilder()
        .setName(name)
        .setTitle(Text.newBuilder().setZh(zh).setEn(en))
        .setDocument(read("program/" + name + ".yaml"))
        .build();
  }

  private static String read(String resource) {
    try {
      return Resources.toString(Resources.getResource(resource), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
