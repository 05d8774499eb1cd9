package io.flywheel.checkin;

import com.google.inject.Inject;
import io.flywheel.engine.Engine;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.CheckInRequest;
import io.flywheel.v1.CheckInResponse;
import io.flywheel.v1.CheckInServiceGrpc;
import io.flywheel.v1.GetCheckInCalendarRequest;
import io.flywheel.v1.GetCheckInCalendarResponse;
import io.flywheel.v1.MakeUpCheckInRequest;
import io.flywheel.v1.MakeUpCheckInResponse;
import io.grpc.stub.StreamObserver;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;

/** Serves CheckInService. Thread-safe. */
final class CheckInGrpcService extends CheckInServiceGrpc.CheckInServiceImplBase {
  private final Engine engine;
  private final CheckInViews views;

  @Inject
  CheckInGrpcService(Engine engine, CheckInViews views) {
    this.engine = engine;
    this.views = views;
  }

  @Override
  public void checkIn(CheckInRequest request, StreamObserver<CheckInResponse> observer) {
    observer.onNext(
        engine.call(
            ViewerKey.of(
                Caller.current().require(Role.VIEWER, Role.MERCHANT, Role.PLATFORM),
                request.getViewerId()),
            "",
            "",
            request.getRequestId(),
            request,
            new CheckInReactor.CheckIn(),
            CheckInResponse.getDefaultInstance()));
    observer.onCompleted();
  }

  @Override
  public void getCheckInCalendar(
      GetCheckInCalendarRequest request, StreamObserver<GetCheckInCalendarResponse> observer) {
    Caller caller = Caller.current();
    ViewerKey viewer = ViewerKey.of(caller, request.getViewerId());
    observer.onNext(
        engine.read(viewer, view -> views.calendar(view, request.getMonth(), request.getRoomId())));
    observer.onCompleted();
  }

  @Override
  public void makeUpCheckIn(
      MakeUpCheckInRequest request, StreamObserver<MakeUpCheckInResponse> observer) {
    observer.onNext(
        engine.call(
            ViewerKey.of(
                Caller.current().require(Role.VIEWER, Role.MERCHANT, Role.PLATFORM),
                request.getViewerId()),
            "",
            "",
            request.getRequestId(),
            request,
            new CheckInReactor.MakeUp(date(request.getDate())),
            MakeUpCheckInResponse.getDefaultInstance()));
    observer.onCompleted();
  }

  private static LocalDate date(String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeParseException e) {
      throw ServiceException.invalidField(
          "date", text + " (expected: a day of the calendar, such as 2026-11-22)");
    }
  }
}
