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
import java.time.Clock;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * The built-in programs. What a lottery promises its entrants holds until it ends, so a template's
 * lottery ends with a season, and goes on when the template is applied again. Thread-safe.
 */
public final class ProgramTemplates {
  /** What stands in a template for the end of the season: two to three months from now. */
  private static final String SEASON_END = "${season_end}";

  private static final int SEASON_MONTHS = 3;
  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
  private static final int DAY_STARTS_AT_HOUR = 4;

  private final Clock clock;
  private final ImmutableList<ProgramTemplate> templates;

  @Inject
  ProgramTemplates(Clock clock) {
    this.clock = clock;
    this.templates =
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
  }

  public ImmutableList<ProgramTemplate> all() {
    return templates.stream().map(this::inSeason).collect(ImmutableList.toImmutableList());
  }

  public Optional<ProgramTemplate> find(String name) {
    return templates.stream()
        .filter(template -> template.getName().equals(name))
        .findFirst()
        .map(this::inSeason);
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

  private ProgramTemplate inSeason(ProgramTemplate template) {
    Instant end =
        YearMonth.from(clock.instant().atZone(ZONE))
            .plusMonths(SEASON_MONTHS)
            .atDay(1)
            .atTime(DAY_STARTS_AT_HOUR, 0)
            .atZone(ZONE)
            .toInstant();
    return template.toBuilder()
        .setDocument(template.getDocument().replace(SEASON_END, end.toString()))
        .build();
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
