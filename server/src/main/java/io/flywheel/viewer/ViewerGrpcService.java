package io.flywheel.viewer;

import com.google.common.collect.ImmutableList;
import com.google.inject.Inject;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.flywheel.engine.Engine;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.reward.GrantHistory;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.GetViewerRequest;
import io.flywheel.v1.GetViewerResponse;
import io.flywheel.v1.ListGrantsRequest;
import io.flywheel.v1.ListGrantsResponse;
import io.flywheel.v1.ListPublicProfilesRequest;
import io.flywheel.v1.ListPublicProfilesResponse;
import io.flywheel.v1.ListViewersRequest;
import io.flywheel.v1.ListViewersResponse;
import io.flywheel.v1.Options;
import io.flywheel.v1.PublicProfile;
import io.flywheel.v1.SetPublicProfileRequest;
import io.flywheel.v1.SetPublicProfileResponse;
import io.flywheel.v1.Viewer;
import io.flywheel.v1.ViewerProfile;
import io.flywheel.v1.ViewerServiceGrpc;
import io.flywheel.v1.WatchViewerRequest;
import io.flywheel.v1.WatchViewerResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** Viewers' standings, read and watched. Thread-safe. */
final class ViewerGrpcService extends ViewerServiceGrpc.ViewerServiceImplBase {
  private static final ImmutableList<FieldDescriptor> FOR_STAFF =
      ViewerProfile.getDescriptor().getFields().stream()
          .filter(field -> field.getOptions().getExtension(Options.staffOnly))
          .collect(ImmutableList.toImmutableList());

  private final Engine engine;
  private final Standing standing;
  private final GrantHistory grants;
  private final ViewerPages pages;
  private final ViewerHub hub;

  @Inject
  ViewerGrpcService(
      Engine engine, Standing standing, GrantHistory grants, ViewerPages pages, ViewerHub hub) {
    this.engine = engine;
    this.standing = standing;
    this.grants = grants;
    this.pages = pages;
    this.hub = hub;
  }

  @Override
  public void getViewer(GetViewerRequest request, StreamObserver<GetViewerResponse> observer) {
    Caller caller = Caller.current();
    Viewer viewer = shownTo(caller, standing.of(ViewerKey.of(caller, request.getViewerId())));
    if (!viewer.hasProfile()) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_VIEWER_NOT_FOUND,
          "viewer_id: \"%s\" (expected: a viewer who entered a room or whom an event named)"
              .formatted(viewer.getViewerId()));
    }
    observer.onNext(GetViewerResponse.newBuilder().setViewer(viewer).build());
    observer.onCompleted();
  }

  @Override
  public void listGrants(ListGrantsRequest request, StreamObserver<ListGrantsResponse> observer) {
    ViewerKey viewer = ViewerKey.of(Caller.current(), request.getViewerId());
    observer.onNext(grants.list(viewer, request.getPageSize(), request.getPageToken()));
    observer.onCompleted();
  }

  @Override
  public void listViewers(
      ListViewersRequest request, StreamObserver<ListViewersResponse> observer) {
    Caller caller = Caller.current().require(Role.HOST, Role.MERCHANT, Role.PLATFORM);
    observer.onNext(
        pages.list(
            caller.merchantId(),
            request.getViewerIdPrefix(),
            request.getPageSize(),
            request.getPageToken()));
    observer.onCompleted();
  }

  @Override
  public void setPublicProfile(
      SetPublicProfileRequest request, StreamObserver<SetPublicProfileResponse> observer) {
    Caller caller = Caller.current().require(Role.VIEWER, Role.PLATFORM);
    PublicProfile told = request.getShownAs();
    if (caller.role() == Role.VIEWER) {
      told = told.toBuilder().setDisplayName(caller.name()).setAvatarUrl(caller.picture()).build();
    }
    observer.onNext(
        engine.call(
            ViewerKey.of(Caller.current(), request.getViewerId()),
            "",
            "",
            request.getRequestId(),
            request,
            new ViewerReactor.Show(told),
            SetPublicProfileResponse.getDefaultInstance()));
    observer.onCompleted();
  }

  @Override
  public void listPublicProfiles(
      ListPublicProfilesRequest request, StreamObserver<ListPublicProfilesResponse> observer) {
    Caller caller = Caller.current().require(Role.HOST, Role.MERCHANT, Role.PLATFORM);
    observer.onNext(pages.shown(caller.merchantId(), request.getViewerIdsList()));
    observer.onCompleted();
  }

  @Override
  public void watchViewer(
      WatchViewerRequest request, StreamObserver<WatchViewerResponse> observer) {
    Caller caller = Caller.current();
    ViewerKey viewer = ViewerKey.of(caller, request.getViewerId());
    hub.watch(
        viewer,
        request.getRoomId(),
        caller.role() == Role.VIEWER,
        () -> shownTo(caller, standing.of(viewer)),
        (ServerCallStreamObserver<WatchViewerResponse>) observer);
  }

  /** A standing without what is for the merchant's people and services only, for a viewer. */
  private static Viewer shownTo(Caller caller, Viewer viewer) {
    if (caller.role() != Role.VIEWER || !viewer.hasProfile()) {
      return viewer;
    }
    ViewerProfile.Builder profile = viewer.getProfile().toBuilder();
    FOR_STAFF.forEach(profile::clearField);
    return viewer.toBuilder().setProfile(profile).build();
  }
}
