package io.flywheel.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.v1.AnalyticsServiceGrpc;
import io.flywheel.v1.RebuildFiguresRequest;
import io.flywheel.v1.RebuildFiguresResponse;
import io.grpc.Channel;
import java.util.Iterator;

/** Figures as the journal alone gives them. */
public final class FiguresAnew {
  private FiguresAnew() {}

  /** Fails unless they are what is stored; returns what was compared. */
  public static RebuildFiguresResponse assertSame(Channel owner) {
    RebuildFiguresResponse found = run(owner, false);
    assertThat(found.getDifferencesList()).isEmpty();
    assertThat(found.getDifferent()).isZero();
    assertThat(found.getWhole()).isTrue();
    return found;
  }

  /** Makes them again, to the end. */
  public static RebuildFiguresResponse run(Channel owner, boolean mend) {
    Iterator<RebuildFiguresResponse> answers =
        AnalyticsServiceGrpc.newBlockingStub(owner)
            .rebuildFigures(RebuildFiguresRequest.newBuilder().setMend(mend).build());
    RebuildFiguresResponse last = RebuildFiguresResponse.getDefaultInstance();
    while (answers.hasNext()) {
      assertThat(last.getDone()).isFalse();
      last = answers.next();
    }
    assertThat(last.getDone()).isTrue();
    return last;
  }
}
