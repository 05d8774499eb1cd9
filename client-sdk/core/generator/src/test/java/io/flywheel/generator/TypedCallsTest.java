package io.flywheel.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TypedCallsTest {
  private static final Path DESCRIPTORS =
      Path.of("..", "..", "..", "proto", "target", "classes", "flywheel.binpb");

  @TempDir Path folder;

  @Test
  void everyMethodOfTheContractHasItsForms() throws Exception {
    Contract contract;
    try (InputStream file = Files.newInputStream(DESCRIPTORS)) {
      contract = Contract.of(FileDescriptorSet.parseFrom(file), "flywheel.v1");
    }
    Map<String, String> sources = new TypedCalls(contract).sources();
    assertThat(contract.services()).hasSizeGreaterThan(10);
    for (ServiceDescriptor service : contract.services()) {
      String calls = sources.get(service.getName().replace("Service", "Calls"));
      for (MethodDescriptor method : service.getMethods()) {
        assertThat(calls)
            .as(method.getFullName())
            .contains(service.getName() + "Grpc.get" + method.getName() + "Method()");
        assertThat(contract.comment(method)).as(method.getFullName()).isNotBlank();
      }
    }
    assertThat(sources.get("RequestIds"))
        .contains("CheckInRequest.class", "RedeemItemRequest.class");
    assertThat(sources.get("RequestIds")).doesNotContain("GetViewerRequest.class");
  }

  @Test
  void aMethodComesInThreeForms() throws Exception {
    assertThat(sources(method("Draw")).get("GameCalls"))
        .contains(
            "public Out draw(In request)",
            "public CompletableFuture<Out> drawAsync(In request)",
            "public Call draw(In request, Answer<Out> answer)");
  }

  @Test
  void aStreamOfAnswersIsWatched() throws Exception {
    assertThat(sources(method("Watch").setServerStreaming(true)).get("GameCalls"))
        .contains(
            "public Updates<Out> watch(In request)",
            "public Watch<Out> watch(In request, WatchListener<Out> listener)");
  }

  @Test
  void streamsBothWaysAreAnExchange() throws Exception {
    assertThat(
            sources(method("Talk").setClientStreaming(true).setServerStreaming(true))
                .get("GameCalls"))
        .contains("public Exchange<In> talk(Answer<Out> answers)");
  }

  @Test
  void whatHasNoFormIsRefused() {
    assertThatThrownBy(() -> sources(method("Upload").setClientStreaming(true)))
        .hasMessageContaining("test.v1.GameService.Upload");
  }

  @Test
  void whatAuthorsWroteIsSafeInJavadoc() {
    assertThat(Javadoc.of(" Ends */ with <b> & @see.\n\n Then more.\n", ""))
        .isEqualTo(
            """
            /**
             * Ends *&#47; with &lt;b&gt; &amp; &#64;see.
             *
             * <p>Then more.
             */\
            """);
  }

  @Test
  void whatIsAsItShouldBeIsLeftAlone() throws Exception {
    Main.main(new String[] {DESCRIPTORS.toString(), folder.toString()});
    Path calls = folder.resolve("io/flywheel/client/CheckInCalls.java");
    Path ids = folder.resolve("io/flywheel/client/RequestIds.java");
    FileTime longAgo = FileTime.fromMillis(1_000);
    Files.setLastModifiedTime(calls, longAgo);
    Files.writeString(ids, "stale");
    Main.main(new String[] {DESCRIPTORS.toString(), folder.toString()});
    assertThat(Files.getLastModifiedTime(calls)).isEqualTo(longAgo);
    assertThat(Files.readString(ids)).contains("class RequestIds");
  }

  private static Map<String, String> sources(MethodDescriptorProto.Builder method)
      throws DescriptorValidationException {
    FileDescriptorProto file =
        FileDescriptorProto.newBuilder()
            .setName("game.proto")
            .setPackage("test.v1")
            .setSyntax("proto3")
            .addMessageType(
                DescriptorProto.newBuilder()
                    .setName("In")
                    .addField(
                        FieldDescriptorProto.newBuilder()
                            .setName("request_id")
                            .setNumber(1)
                            .setType(FieldDescriptorProto.Type.TYPE_STRING)))
            .addMessageType(DescriptorProto.newBuilder().setName("Out"))
            .addService(
                ServiceDescriptorProto.newBuilder()
                    .setName("GameService")
                    .addMethod(method.setInputType(".test.v1.In").setOutputType(".test.v1.Out")))
            .setSourceCodeInfo(SourceCodeInfo.getDefaultInstance())
            .build();
    return new TypedCalls(
            Contract.of(FileDescriptorSet.newBuilder().addFile(file).build(), "test.v1"))
        .sources();
  }

  private static MethodDescriptorProto.Builder method(String name) {
    return MethodDescriptorProto.newBuilder().setName(name);
  }
}
