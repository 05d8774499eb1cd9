package io.flywheel.client;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;

/** An exchange over one call. */
final class OpenExchange<Q, R> extends ClientCall.Listener<R> implements Exchange<Q> {
  private final ClientCall<Q, R> call;
  private final Answer<R> answers;

  OpenExchange(ClientCall<Q, R> call, Answer<R> answers) {
    this.call = call;
    this.answers = answers;
    call.start(this, new Metadata());
    call.request(1);
  }

  @Override
  public synchronized void send(Q request) {
    call.sendMessage(request);
  }

  @Override
  public synchronized void close() {
    call.halfClose();
  }

  @Override
  public void cancel() {
    call.cancel("cancelled by the caller", null);
  }

  @Override
  public void onMessage(R answer) {
    answers.onAnswer(answer);
    call.request(1);
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    if (status.isOk()) {
      answers.onEnd();
    } else {
      answers.onFailure(FlywheelException.from(status, trailers));
    }
  }
}
