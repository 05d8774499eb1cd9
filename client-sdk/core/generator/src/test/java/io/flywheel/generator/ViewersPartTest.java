package io.flywheel.generator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class ViewersPartTest {
  private static final String PACKAGE = "flywheel.v1";

  private static FileDescriptorSet whole;
  private static Contract contract;
  private static FileDescriptorSet part;

  @BeforeAll
  static void read() throws Exception {
    try (InputStream file =
        Files.newInputStream(
            Path.of("..", "..", "..", "proto", "target", "classes", "flywheel.binpb"))) {
      whole = FileDescriptorSet.parseFrom(file);
    }
    contract = Contract.of(whole, PACKAGE).ofViewers();
    part = new ViewersPart(contract, PACKAGE).of(whole);
  }

  @Test
  void viewersHaveTheCallsThatTheContractGivesThemAndNoOthers() {
    assertThat(methods(contract))
        .contains(
            "CheckInService/CheckIn",
            "MallService/RedeemItem",
            "PointsService/GetBalance",
            "RoomService/Act",
            "RoomService/GetRoom",
            "TaskService/ClaimTaskReward",
            "ViewerService/SetPublicProfile",
            "ViewerService/WatchViewer")
        .doesNotContain(
            "EventService/IngestEvents",
            "LeaderboardService/SetBoardMember",
            "MallService/SearchRedemptions",
            "PointsService/AdjustPoints",
            "RoomService/OpenBroadcast",
            "TaskService/ListTaskTotals",
            "ViewerService/ListViewers");
    assertThat(contract.services())
        .extracting(ServiceDescriptor::getName)
        .doesNotContain(
            "AnalyticsService", "FulfillmentService", "ProgramService", "WebhookService");
    Map<String, String> sources = new TypedCalls(contract).sources();
    assertThat(sources).containsKey("MallCalls").doesNotContainKey("ProgramCalls");
    assertThat(sources.get("MallCalls")).doesNotContain("SearchRedemptions");
    assertThat(sources.get("FlywheelCalls")).doesNotContain("EventStream");
    assertThat(sources.get("RequestIds")).doesNotContain("AdjustPointsRequest");
  }

  @Test
  void thePartIsWholeInItselfAndEachOfItsTypesAsItWas() throws Exception {
    assertThat(methods(Contract.of(part, PACKAGE))).isEqualTo(methods(contract));
    Map<String, DescriptorProto> all = types(whole);
    Map<String, DescriptorProto> kept = types(part);
    assertThat(kept).hasSizeBetween(50, all.size() * 3 / 4);
    kept.forEach((name, type) -> assertThat(type).as(name).isEqualTo(all.get(name)));
    assertThat(kept).containsKey("Fact").doesNotContainKeys("Program", "ApplyProgramRequest");
  }

  private static Set<String> methods(Contract of) {
    return of.services().stream()
        .flatMap(service -> of.methodsOf(service).stream())
        .map((MethodDescriptor method) -> method.getService().getName() + "/" + method.getName())
        .collect(Collectors.toSet());
  }

  private static Map<String, DescriptorProto> types(FileDescriptorSet set) {
    return set.getFileList().stream()
        .filter(file -> file.getPackage().equals(PACKAGE))
        .map(FileDescriptorProto::getMessageTypeList)
        .flatMap(List::stream)
        .collect(Collectors.toMap(DescriptorProto::getName, type -> type));
  }
}
