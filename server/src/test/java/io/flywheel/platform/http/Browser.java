package io.flywheel.platform.http;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.flywheel.testing.Errors;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/** Somebody who calls the edge over plain HTTP. Thread-safe. */
final class Browser implements AutoCloseable {
  private static final JsonFormat.Parser ERRORS =
      JsonFormat.parser()
          .usingTypeRegistry(
              TypeRegistry.newBuilder()
                  .add(ErrorInfo.getDescriptor())
                  .add(BadRequest.getDescriptor())
                  .add(RetryInfo.getDescriptor())
                  .build());

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(20))
          .build();
  private final int port;

  Browser(int port) {
    this.port = port;
  }

  HttpResponse<String> get(String path, String... headers) {
    return send("GET", path, "", headers);
  }

  HttpResponse<String> post(String path, String body, String... headers) {
    return send("POST", path, body, headers);
  }

  HttpResponse<String> send(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(60))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build(), BodyHandlers.ofString());
  }

  <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body) {
    try {
      return client.send(request, body);
    } catch (IOException e) {
      throw new AssertionError(request.toString(), e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The headers of somebody with a token. */
  static String[] bearing(String token) {
    return new String[] {"authorization", "Bearer " + token};
  }

  /** What an answer in JSON says. */
  static <T extends Message.Builder> T answer(HttpResponse<String> response, T into) {
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + ": " + response.body());
    }
    return read(response, JsonFormat.parser(), into);
  }

  /** What a refusal in JSON says; fails where it has no reason. */
  static Errors refusal(HttpResponse<String> response) {
    return Errors.of(StatusProto.toStatusRuntimeException(status(response)));
  }

  /** The google.rpc.Status that the body is. */
  static Status status(HttpResponse<String> response) {
    return read(response, ERRORS, Status.newBuilder()).build();
  }

  /** What the answer's headers say, first values only. */
  static Map<String, String> headers(HttpResponse<?> response) {
    return response.headers().map().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().get(0)));
  }

  @Override
  public void close() {
    client.shutdownNow();
  }

  private static <T extends Message.Builder> T read(
      HttpResponse<String> response, JsonFormat.Parser parser, T into) {
    try {
      parser.merge(response.body(), into);
      return into;
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(response.statusCode() + ": " + response.body(), e);
    }
  }
}
