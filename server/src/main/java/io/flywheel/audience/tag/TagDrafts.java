package io.flywheel.audience.tag;

import com.google.inject.Inject;
import io.flywheel.engine.StateView;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.Program;
import io.flywheel.v1.TagRule;
import io.flywheel.v1.ViewerProfile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says what tags that are not applied yet would do. Thread-safe. */
public final class TagDrafts {
  private final TagSlice slice;
  private final TagMeters meters;

  @Inject
  TagDrafts(TagSlice slice, TagMeters meters) {
    this.slice = slice;
    this.meters = meters;
  }

  /**
   * What a draft does to a viewer.
   *
   * @param has whether the viewer has the tag now
   * @param would whether the viewer would have it
   * @param holds whether its condition holds, whatever else its group has
   * @param viewer what the condition was asked of
   */
  public record Look(boolean has, boolean would, boolean holds, ViewerProfile viewer) {}

  /**
   * Checks a draft as a program's tag is checked.
   *
   * @throws ServiceException with what is wrong with it
   */
  public Draft draft(TagRule rule) {
    String mistake = TagSection.mistakeIn(rule.getCondition());
    if (!mistake.isEmpty()) {
      throw ServiceException.invalidField("tag.condition", mistake);
    }
    return new Draft(rule);
  }

  /** A draft of a tag, beside the tags of the program in force. Used by one thread. */
  public final class Draft {
    private final TagRule rule;
    private final CompiledTag tag;
    private CompiledTags.@Nullable Unit unit;

    private Draft(TagRule rule) {
      this.rule = rule;
      this.tag = CompiledTag.of(rule);
    }

    /** The fields of the viewer that its condition asks for. */
    public Set<String> fields() {
      return tag.condition().viewerFields();
    }

    /** Looks at a viewer. */
    public Look look(StateView view) {
      CompiledTags.Unit group = unit(view.program().program());
      Set<String> fields = new HashSet<>(group.fields());
      fields.add("tags");
      fields.add("shown_as");
      ViewerProfile viewer = view.profileNow(fields);
      TagState state = view.get(slice);
      Set<String> chosen =
          CompiledTags.reckon(List.of(group), viewer, state.getManualList(), meters);
      return new Look(
          viewer.getTagsList().contains(rule.getId()),
          chosen.contains(rule.getId()),
          tag.holds(viewer, meters),
          viewer);
    }

    /** The group that the tag would be in: in the place of the tag of this id, or as the last. */
    private CompiledTags.Unit unit(Program program) {
      CompiledTags.Unit known = unit;
      if (known == null) {
        List<TagRule> rules = new ArrayList<>();
        boolean isThere = false;
        for (TagRule each : program.getTagsList()) {
          boolean same = each.getId().equals(rule.getId());
          rules.add(same ? rule : each);
          isThere |= same;
        }
        if (!isThere) {
          rules.add(rule);
        }
        known =
            CompiledTags.of(Program.newBuilder().addAllTags(rules).build()).unitOf(rule.getId());
        unit = known;
      }
      return known;
    }
  }
}
