package io.flywheel.audience.tag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.MemoryEngine;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.ProgramApplied;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.CustomEvent;
import io.flywheel.v1.Entered;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Followed;
import io.flywheel.v1.ManualTagChange;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.Program;
import io.flywheel.v1.PublicProfile;
import io.flywheel.v1.Refunded;
import io.flywheel.v1.SetManualTagsResponse;
import io.flywheel.v1.TagEntered;
import io.flywheel.v1.TagLeft;
import io.flywheel.v1.TagReason;
import io.flywheel.v1.TagRule;
import io.flywheel.v1.ViewerTag;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whatever moves what a rule asks for moves the tag in the same action; in memory. */
final class TagMovesTest {
  private static final Instant NOON = Instant.parse("2026-03-02T04:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);

  private static final String REWARDS =
      """
      name: moves
      points: {refund_policy: debt}
      check_in: {method: on_enter}
      badges: [{id: fan, title: 粉丝}]
      levels: {levels: [{id: bronze, title: 青铜, experience: 30}, {id: silver, title: 白银, experience: 60}]}
      tasks:
        - {id: badge, title: 章, trigger: custom, custom: badge, tiers: [{threshold: 1, rewards: [{badge: fan}]}]}
        - {id: vip, title: 权, trigger: custom, custom: vip, tiers: [{threshold: 1, rewards: [privilege: {privilege_id: vip, valid_for: 36h}]}]}
        - {id: learn, title: 学, trigger: custom, custom: learn, repeat: true, tiers: [{threshold: 1, rewards: [{experience: 30}]}]}
        - {id: buy, title: 买, trigger: order, repeat: true, tiers: [{threshold: 1, rewards: [{experience: 30}]}]}
      """;

  private final List<Fact> facts = new ArrayList<>();
  private RecordingTurn turn = world("");
  private Instant at = NOON;
  private int ids;

  @Test
  void streaksAndCheckInsMoveTags() {
    turn =
        world(
            """
            tags:
              - {id: keen, title: 勤, condition: viewer.streak >= 2}
              - {id: often, title: 常, condition: viewer.check_ins == 3}
            """);
    enter();
    assertThat(held()).isEmpty();
    at = at.plus(DAY);
    enter();
    assertThat(held()).containsExactly("keen");
    at = at.plus(DAY.multipliedBy(3));
    enter();
    assertThat(held()).containsExactly("often");
    at = at.plus(DAY);
    enter();
    assertThat(held()).containsExactly("keen");
  }

  @Test
  void rewardsThatAreGivenAndTakenBackMoveTags() {
    turn =
        world(
            """
            tags:
              - {id: fan, title: 粉, condition: '"fan" in viewer.badges'}
              - {id: vip, title: 贵, condition: '"vip" in viewer.privileges'}
              - {id: learned, title: 学, condition: viewer.experience >= 60}
              - {id: second, title: 二级, condition: viewer.level >= 2}
              - {id: bronze, title: 青铜, condition: viewer.level_id == "bronze"}
              - {id: done, title: 完成, condition: '"badge" in viewer.completed_tasks'}
            """);
    custom("badge");
    assertThat(held()).containsExactly("done", "fan");
    custom("vip");
    assertThat(held()).containsExactly("done", "fan", "vip");
    custom("learn");
    assertThat(held()).containsExactly("bronze", "done", "fan", "vip");
    order("o1", 100);
    assertThat(held()).containsExactly("done", "fan", "learned", "second", "vip");
    refund("o1", 100);
    assertThat(held()).as("what the order gave is taken back").doesNotContain("learned");
  }

  @Test
  void aPrivilegeThatEndsTakesItsTagAlongByTheNextDay() {
    turn = world("tags: [{id: vip, title: 贵, condition: '\"vip\" in viewer.privileges'}]\n");
    custom("vip");
    assertThat(held()).containsExactly("vip");
    turn.settle(NOON.plus(DAY));
    assertThat(held()).containsExactly("vip");
    turn.settle(NOON.plus(DAY.multipliedBy(3)));
    assertThat(held()).isEmpty();
    assertThat(turn.followUps()).as("nothing more ends by itself").isEmpty();
  }

  @Test
  void ordersAndRefundsMoveTags() {
    turn =
        world(
            """
            tags:
              - {id: one, title: 一, condition: viewer.orders == 1}
              - {id: much, title: 多, condition: viewer.ordered_minor >= 300}
              - {id: lately, title: 近, condition: viewer.days_since_order < 3}
            """);
    enter();
    order("o1", 200);
    assertThat(held()).containsExactly("lately", "one");
    order("o2", 150);
    assertThat(held()).containsExactly("lately", "much");
    refund("o2", 60);
    assertThat(held()).containsExactly("lately");
    refund("o2", 90);
    assertThat(held()).as("refunded whole, it counts no more").contains("one");
    turn.settle(NOON.plus(DAY.multipliedBy(4)));
    at = NOON.plus(DAY.multipliedBy(4));
    assertThat(held()).containsExactly("one");
  }

  @Test
  void whoAViewerIsMovesTags() {
    turn =
        world(
            """
            tags:
              - {id: named, title: 名, condition: viewer.shown_as.display_name == "梅"}
              - {id: follows, title: 关注, condition: has(viewer.first_followed_at)}
              - {id: seen, title: 见过, condition: has(viewer.first_seen_at)}
            """);
    enter();
    assertThat(held()).containsExactly("seen");
    run(
        event()
            .setEntered(
                Entered.newBuilder().setShownAs(PublicProfile.newBuilder().setDisplayName("梅"))));
    assertThat(held()).containsExactly("named", "seen");
    run(event().setFollowed(Followed.getDefaultInstance()));
    assertThat(held()).containsExactly("follows", "named", "seen");
  }

  @Test
  void tagsThatComeAndGoAreCountedByTasks() {
    turn =
        world(
            "",
            """
              - {id: came, title: 来, trigger: tag_entered, repeat: true, tiers: [{threshold: 1, rewards: [{points: 5}]}]}
              - {id: left, title: 走, trigger: tag_left, tiers: [{threshold: 1, rewards: [{points: 70}]}]}
            tags:
              - {id: one, title: 一, condition: viewer.orders == 1}
            """);
    order("o1", 100);
    assertThat(turn.profileNow().getPoints()).isEqualTo(5);
    order("o2", 100);
    assertThat(turn.profileNow().getPoints()).isEqualTo(75);
    assertThat(facts.stream().filter(Fact::hasTagLeft).map(Fact::getTagLeft))
        .containsExactly(
            TagLeft.newBuilder()
                .setTagId("one")
                .setReason(TagReason.TAG_REASON_BEHAVIOR)
                .setProgramVersion(1)
                .putFound("orders", 2)
                .build());
    assertThat(facts.stream().filter(Fact::hasTagEntered).map(Fact::getTagEntered))
        .containsExactly(
            TagEntered.newBuilder()
                .setTagId("one")
                .setReason(TagReason.TAG_REASON_BEHAVIOR)
                .setProgramVersion(1)
                .putFound("orders", 1)
                .build());
  }

  @Test
  void tagsSetByHandAreAnsweredWithWhoSetThemAndSince() {
    turn =
        world(
            """
            tags:
              - {id: one, title: 一, condition: viewer.orders == 1}
              - {id: guest, title: 客}
              - {id: friend, title: 友}
            """);
    order("o1", 100);
    Instant ordered = at;
    at = at.plusSeconds(60);
    assertThat(
            catchThrowableOfType(
                ServiceException.class, () -> byHand(List.of("guest", "nobody"), List.of())))
        .satisfies(refusal -> {
          assertThat(refusal.reason()).isEqualTo(ErrorReason.ERROR_REASON_TAG_NOT_FOUND);
          assertThat(refusal).hasMessageContaining("nobody");
        });
    byHand(List.of("guest", "friend", "guest"), List.of());
    assertThat(turn.answer(SetManualTagsResponse.class).getTagsList())
        .containsExactly(
            tag("one", ordered).build(),
            tag("guest", at).setSetBy("lin").setWhy("老朋友").build(),
            tag("friend", at).setSetBy("lin").setWhy("老朋友").build());
    byHand(List.of(), List.of("friend"));
    assertThat(turn.answer(SetManualTagsResponse.class).getTagsList())
        .extracting(ViewerTag::getTagId)
        .containsExactly("one", "guest");
    assertThat(facts.getLast().getTagLeft().getSetBy()).isEqualTo("lin");
    assertThat(facts.getLast().getTagLeft().getReason()).isEqualTo(TagReason.TAG_REASON_MANUAL);
    turn.setProgram(
        TestPrograms.all().compile(2, TestPrograms.check("tags: [{id: new, title: 新}]").orThrow()));
    byHand(List.of("new"), List.of());
    assertThat(turn.get(TestPrograms.instance(TagSlice.class)).getManualList())
        .as("of tags that are gone nothing is kept")
        .extracting(ManualTag::getTagId)
        .containsExactly("new");
  }

  private static ViewerTag.Builder tag(String tagId, Instant since) {
    return ViewerTag.newBuilder()
        .setTagId(tagId)
        .setEnteredAt(Timestamps.fromMillis(since.toEpochMilli()));
  }

  @Test
  void aDraftSaysWhatItWouldComeToBesideTheTagsInForce() {
    turn =
        world(
            """
            tags:
              - {id: low, title: 低, condition: viewer.orders >= 1, group: g}
              - {id: high, title: 高, condition: viewer.orders >= 3, group: g}
            """);
    order("o1", 100);
    assertLook("high", "viewer.orders >= 1", "g", false, false, true);
    assertLook("low", "viewer.orders >= 1", "g", true, true, true);
    assertLook("low", "viewer.orders >= 2", "g", true, false, false);
    assertLook("new", "viewer.orders >= 1", "g", false, false, true);
    assertLook("new", "viewer.orders >= 1", "", false, true, true);
    assertLook("high", "viewer.orders >= 1", "", false, true, true);
    byHand(List.of("high"), List.of());
    assertLook("high", "viewer.orders >= 9", "g", true, true, false);
    assertThat(draft("new", "viewer.orders >= 1 && viewer.streak > 2", "").fields())
        .containsExactlyInAnyOrder("orders", "streak");
    assertThat(draft("new", "viewer.orders >= 1", "").look(turn).viewer().getOrders()).isEqualTo(1);
    for (String mistake : List.of("viewer.nothing > 1", "\"low\" in viewer.tags")) {
      ServiceException refusal =
          catchThrowableOfType(ServiceException.class, () -> draft("new", mistake, ""));
      assertThat(refusal.reason()).isEqualTo(ErrorReason.ERROR_REASON_INVALID_FIELD);
      assertThat(refusal.violations().getFirst().getField()).isEqualTo("tag.condition");
    }
  }

  private void assertLook(
      String id, String condition, String group, boolean has, boolean would, boolean holds) {
    TagDrafts.Look look = draft(id, condition, group).look(turn);
    assertThat(List.of(look.has(), look.would(), look.holds()))
        .as("%s in %s by %s", id, group, condition)
        .isEqualTo(List.of(has, would, holds));
  }

  private static TagDrafts.Draft draft(String id, String condition, String group) {
    return TestPrograms.instance(TagDrafts.class)
        .draft(TagRule.newBuilder().setId(id).setCondition(condition).setGroup(group).build());
  }

  @Test
  void anotherProgramReckonsEverybodyAnewOnlyWhereItsRulesAreOthers() {
    List<TagRule> rules = rules("{id: a, title: 甲, condition: viewer.orders > 1, group: g}");
    long hash = CompiledTags.hash(rules);
    assertThat(CompiledTags.hash(List.of())).isZero();
    assertThat(hash).isNotZero();
    assertThat(
            CompiledTags.hash(
                rules("{id: a, title: 乙, condition: viewer.orders > 1, group: g, advice: 问好}")))
        .as("how a tag looks")
        .isEqualTo(hash);
    for (String other :
        List.of(
            "{id: b, title: 甲, condition: viewer.orders > 1, group: g}",
            "{id: a, title: 甲, condition: viewer.orders > 2, group: g}",
            "{id: a, title: 甲, condition: viewer.orders > 1, group: h}")) {
      assertThat(CompiledTags.hash(rules(other))).as(other).isNotEqualTo(hash);
    }
  }

  @Test
  void otherRulesReachEverybodyPageByPage() {
    String before = "tags: [{id: had, title: 有, condition: viewer.orders >= 0}]\n";
    turn = world(before);
    int viewers = 2 * ViewerPageSlice.PAGE_SIZE;
    for (int i = 0; i < viewers; i++) {
      turn.setViewer(new ViewerKey("shop", "v" + i));
      order("o" + i, 100);
    }
    turn.settle(at);
    Program inForce = TestPrograms.check(REWARDS + before).orThrow();
    Program looks = TestPrograms.check(REWARDS + before.replace("有", "有过")).orThrow();
    Program next = TestPrograms.check(REWARDS + before.replace(">= 0", ">= 1")).orThrow();
    turn.setViewer(ViewerKey.merchant("shop"));
    turn.run(at, new ProgramApplied(null, next, 1));
    turn.run(at, new ProgramApplied(inForce, looks, 2));
    assertThat(left()).as("nobody's tags move").isEmpty();
    turn.run(at, new ProgramApplied(inForce, next, 3));
    assertThat(left())
        .containsExactly(
            ReckonAllTags.newBuilder().setRules(CompiledTags.hash(next.getTagsList())).build());
    turn.settle(at);
    assertThat(left()).as("another program is in force by now").isEmpty();

    turn.setProgram(TestPrograms.all().compile(3, next));
    turn.run(at, new ProgramApplied(inForce, next, 3));
    turn.settle(at);
    assertThat(reckonedBy(next)).as("a page at a time").isEqualTo(ViewerPageSlice.PAGE_SIZE);
    turn.settle(at.plusSeconds(1));
    assertThat(reckonedBy(next)).isEqualTo(viewers);
    assertThat(left()).isEmpty();
  }

  /** What is left to be done of a walk over everybody. */
  private List<Object> left() {
    return turn.followUps().stream()
        .map(MemoryEngine.FollowUp::body)
        .filter(body -> body instanceof ReckonAllTags || body instanceof ReckonTagsAnew)
        .toList();
  }

  /** How many viewers' tags are those of a program. */
  private long reckonedBy(Program program) {
    long rules = CompiledTags.hash(program.getTagsList());
    return IntStream.range(0, 2 * ViewerPageSlice.PAGE_SIZE)
        .mapToObj(i -> new ViewerKey("shop", "v" + i))
        .filter(key -> turn.get(TestPrograms.instance(TagSlice.class), key).getRules() == rules)
        .count();
  }

  private static List<TagRule> rules(String tag) {
    return TestPrograms.check("tags: [" + tag + "]").orThrow().getTagsList();
  }

  private void enter() {
    run(event().setEntered(Entered.getDefaultInstance()));
  }

  private void custom(String name) {
    run(event().setCustom(CustomEvent.newBuilder().setName(name)));
  }

  private void order(String orderId, long minor) {
    run(event().setOrdered(Ordered.newBuilder().setOrderId(orderId).setAmountMinor(minor)));
  }

  private void refund(String orderId, long minor) {
    run(
        event()
            .setRefunded(
                Refunded.newBuilder()
                    .setOrderId(orderId)
                    .setRefundId("r" + ids)
                    .setAmountMinor(minor)));
  }

  private void byHand(List<String> add, List<String> remove) {
    facts.addAll(
        turn.run(
            at,
            ManualTagChange.newBuilder()
                .addAllAdd(add)
                .addAllRemove(remove)
                .setBy("lin")
                .setWhy("老朋友")
                .build()));
  }

  private void run(Event.Builder event) {
    facts.addAll(turn.run(at, event.build()));
  }

  private Event.Builder event() {
    return Event.newBuilder()
        .setEventId("e" + ++ids)
        .setViewerId(turn.viewer().viewerId())
        .setRoomId("room")
        .setOccurredAt(Timestamps.fromMillis(at.toEpochMilli()));
  }

  private Set<String> held() {
    return new TreeSet<>(turn.profileNow().getTagsList());
  }

  private static RecordingTurn world(String tags) {
    return world(tags, "");
  }

  private static RecordingTurn world(String tags, String more) {
    return new RecordingTurn(
        TestPrograms.compile(TestPrograms.check(REWARDS + more + tags).orThrow()),
        new ViewerKey("shop", "mei"),
        TestPrograms.reactors());
  }
}
