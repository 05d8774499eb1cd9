package io.flywheel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.flywheel.v1.Cause;
import io.flywheel.v1.Fact;
import io.flywheel.v1.LeaderboardSettled;
import io.flywheel.v1.NotCounted;
import io.flywheel.v1.NotCountedReason;
import io.flywheel.v1.PassReason;
import io.flywheel.v1.PointsBooked;
import io.flywheel.v1.PointsEntryKind;
import io.flywheel.v1.Price;
import io.flywheel.v1.PriceCharged;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardGiven;
import io.flywheel.v1.TaskPassedOver;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

final class FactTextTest {
  private final FactText english = new FactText(Language.EN);
  private final FactText chinese = new FactText(Language.ZH);

  @Test
  void whatHasNoWordsIsToldByItsFields() {
    assertThat(
            english.sentence(
                Fact.newBuilder()
                    .setNotCounted(
                        NotCounted.newBuilder()
                            .setReason(NotCountedReason.NOT_COUNTED_REASON_TOO_FAST)
                            .setAmount(7))
                    .build()))
        .isEqualTo("not counted (reason too fast, amount 7)");
    Fact settled =
        Fact.newBuilder()
            .setLeaderboardSettled(
                LeaderboardSettled.newBuilder().setBoardId("likes").setPeriod("2026-W47"))
            .build();
    assertThat(english.sentence(settled))
        .isEqualTo("leaderboard settled (board id likes, period 2026-W47)");
    assertThat(chinese.sentence(settled))
        .isEqualTo("leaderboard settled（board id likes，period 2026-W47）");
  }

  @Test
  void whatLiesInsideHasItsWordsWhereThereAreSome() {
    Message given =
        Fact.newBuilder()
            .setRewardGiven(
                RewardGiven.newBuilder().setReward(reward("points")).setCause(cause("board")))
            .build();
    assertThat(
            new FieldText(
                    Language.EN, message -> message instanceof Reward ? "a reward in words" : "")
                .setIn(given, "what"))
        .startsWith("reward given (reward a reward in words, cause (board (board id ");
  }

  @Test
  void everyFactCauseRewardAndPriceOfTheContractIsSaid() {
    eachOf(Fact.getDescriptor().getOneofs().get(0).getFields(), Fact.getDefaultInstance())
        .forEach(fact -> assertSaid(fact, text -> text.sentence((Fact) fact)));
    eachOf(Reward.getDescriptor().getOneofs().get(0).getFields(), Reward.getDefaultInstance())
        .forEach(reward ->
            assertSaid(
                reward,
                text ->
                    text.sentence(
                        Fact.newBuilder()
                            .setRewardGiven(RewardGiven.newBuilder().setReward((Reward) reward))
                            .build())));
    eachOf(Price.getDescriptor().getOneofs().get(0).getFields(), Price.getDefaultInstance())
        .forEach(price ->
            assertSaid(
                price,
                text ->
                    text.sentence(
                        Fact.newBuilder()
                            .setPriceCharged(PriceCharged.newBuilder().setPrice((Price) price))
                            .build())));
    eachOf(Cause.getDescriptor().getOneofs().get(0).getFields(), Cause.getDefaultInstance())
        .forEach(cause ->
            assertSaid(
                cause,
                text ->
                    text.sentence(
                        Fact.newBuilder()
                            .setRewardGiven(RewardGiven.newBuilder().setCause((Cause) cause))
                            .build())));
  }

  @Test
  void everyKindOfEntryAndReasonIsSaidAlsoThoseThatAreNewer() {
    for (PointsEntryKind kind : PointsEntryKind.values()) {
      PointsBooked.Builder booked = PointsBooked.newBuilder().setAmount(12);
      Fact fact = Fact.newBuilder().setPointsBooked(set(kind, booked)).build();
      assertSaid(fact, text -> text.sentence(fact));
      assertThat(english.sentence(fact)).contains("points", "12");
    }
    Fact newer =
        Fact.newBuilder()
            .setTaskPassedOver(TaskPassedOver.newBuilder().setTaskId("likes").setReasonValue(99))
            .build();
    assertThat(english.sentence(newer)).isEqualTo("did not count for task likes");
    Fact late =
        newer.toBuilder()
            .setTaskPassedOver(
                TaskPassedOver.newBuilder()
                    .setTaskId("likes")
                    .setReason(PassReason.PASS_REASON_TOO_LATE))
            .build();
    assertThat(english.sentence(late)).isEqualTo("did not count for task likes: it came too late");
  }

  private static PointsBooked.Builder set(PointsEntryKind kind, PointsBooked.Builder booked) {
    return kind == PointsEntryKind.UNRECOGNIZED ? booked.setKindValue(99) : booked.setKind(kind);
  }

  private void assertSaid(Message what, Function<FactText, String> sentence) {
    for (FactText text : List.of(english, chinese)) {
      assertThat(sentence.apply(text)).as(what.toString()).isNotBlank().doesNotContain("KIND", "{");
    }
  }

  private static List<Message> eachOf(List<FieldDescriptor> kinds, Message none) {
    assertThat(kinds).hasSizeGreaterThan(1);
    return kinds.stream().map(kind -> filled(none, kind)).toList();
  }

  private static Message filled(Message none, FieldDescriptor kind) {
    Message.Builder builder = none.newBuilderForType();
    return builder.setField(kind, texts(builder.newBuilderForField(kind))).build();
  }

  private static Message texts(Message.Builder message) {
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (field.getJavaType() == FieldDescriptor.JavaType.STRING && !field.isRepeated()) {
        message.setField(field, field.getName() + "-1");
      }
    }
    return message.build();
  }

  private static Reward reward(String kind) {
    return (Reward)
        filled(Reward.getDefaultInstance(), Reward.getDescriptor().findFieldByName(kind));
  }

  private static Cause cause(String kind) {
    return (Cause) filled(Cause.getDefaultInstance(), Cause.getDescriptor().findFieldByName(kind));
  }
}
