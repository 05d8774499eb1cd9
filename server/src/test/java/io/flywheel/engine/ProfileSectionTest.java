package io.flywheel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.fulfillment.GrantState;
import io.flywheel.program.CompiledProgram;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.Event;
import io.flywheel.v1.Liked;
import io.flywheel.v1.Shared;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ProfileSectionTest {
  @Test
  void eachFieldIsKnownByOneFeatureAtMost() {
    Set<String> known = new HashSet<>();
    for (ProfileSection section : TestPrograms.profileSections()) {
      for (String field : section.fields()) {
        assertThat(StateView.PROFILE_FIELDS).contains(field);
        assertThat(known.add(field)).as("%s again by %s", field, section).isTrue();
      }
    }
    assertThat(known).hasSizeGreaterThan(8);
  }

  @Test
  void eachFeatureNamesAllStatesThatItLooksAt() {
    for (ProfileSection section : TestPrograms.profileSections()) {
      Recording view = new Recording();
      section.contribute(view, ViewerProfile.newBuilder());
      assertThat(view.asked)
          .as("%s, so that a batch loads them in one go", section)
          .isEqualTo(new HashSet<>(section.slices()));
    }
  }

  @Test
  void whatConditionsAndAudiencesAskForIsKnownOfTheProgram() {
    CompiledProgram program =
        TestPrograms.compile(
            TestPrograms.check(
                    """
                    tasks:
                    - id: like
                      title: Like
                      trigger: like
                      condition: viewer.orders > 1
                      audience: "'vip' in viewer.privileges"
                      tiers: [{threshold: 1, rewards: [points: 1]}]
                    leaderboards:
                    - id: fans
                      title: Fans
                      metric: {trigger: like, condition: viewer.streak > 2}
                    """)
                .orThrow());
    ReactionTable reactions =
        new ReactionTable(new LinkedHashSet<>(Set.of(TestPrograms.reactors())));
    Event like = Event.newBuilder().setLiked(Liked.getDefaultInstance()).build();
    Event share = Event.newBuilder().setShared(Shared.getDefaultInstance()).build();
    for (Object body : List.of(like, "a request, of which anything may come")) {
      assertThat(reactions.conditionFields(program, body))
          .containsExactlyInAnyOrder("orders", "privileges", "streak");
    }
    assertThat(reactions.conditionFields(program, share)).isEmpty();
    assertThat(reactions.conditionFields(TestPrograms.empty(), like)).isEmpty();
    ViewerSlice viewers = TestPrograms.instance(ViewerSlice.class);
    assertThat(viewers.hasSlicesBesideRow()).isTrue();
    assertThat(viewers.slicesBesideRow(Set.of("orders", "privileges", "streak")))
        .as("privileges have rows of their own; all else comes with the viewer's")
        .singleElement()
        .isNotInstanceOf(PackedSlice.class);
    assertThat(viewers.slicesBesideRow(Set.of("first_seen_at", "presence", "orders"))).isEmpty();
  }

  /** A viewer without states but for a grant, which notes what is looked at. */
  private static final class Recording implements StateView {
    private final Set<Slice<?, ?>> asked = new HashSet<>();

    /** A program in which every feature has something to look at. */
    private final CompiledProgram program =
        TestPrograms.compile(
            TestPrograms.check(
                    """
                    levels:
                      levels:
                        - {id: bronze, title: Bronze, experience: 10}
                    """)
                .orThrow());

    @Override
    public CompiledProgram program() {
      return program;
    }

    @Override
    public ViewerKey viewer() {
      return new ViewerKey("shop", "anna");
    }

    @Override
    public Instant at() {
      return Instant.EPOCH;
    }

    @Override
    public ViewerProfile profile() {
      return ViewerProfile.getDefaultInstance();
    }

    @Override
    public ViewerProfile profileNow(Set<String> fields) {
      return profile();
    }

    @Override
    @SuppressWarnings("unchecked") // the slice's states are of the initial one's type
    public <K extends Comparable<? super K>, S> S get(Slice<K, S> slice, K key) {
      asked.add(slice);
      S initial = slice.initial(key);
      return initial instanceof GrantState grants
          ? (S) grants.toBuilder().setGrants(1).build()
          : initial;
    }

    @Override
    public <K extends Comparable<? super K>, S> S peek(Slice<K, S> slice, K key) {
      return get(slice, key);
    }
  }
}
