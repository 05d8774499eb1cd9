package io.flywheel.generator;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The services of one proto package, with what their authors wrote above them. */
final class Contract {
  private static final int SERVICES = FileDescriptorProto.SERVICE_FIELD_NUMBER;
  private static final int METHODS = 2;

  /** Who may call, as each service says, and each method of which others may. */
  private static final Pattern CALLERS = Pattern.compile("\\bCallers: ([^.]*)");

  private static final Pattern VIEWERS = Pattern.compile("\\b(viewers|anyone of the merchant)\\b");

  private final List<ServiceDescriptor> services = new ArrayList<>();
  private final Map<GenericDescriptor, String> comments = new HashMap<>();
  private Predicate<MethodDescriptor> filter = method -> true;

  private Contract() {}

  /** The services of a package, by name. The set names a file after those that it imports. */
  static Contract of(FileDescriptorSet descriptors, String protoPackage)
      throws DescriptorValidationException {
    Contract contract = new Contract();
    Map<String, FileDescriptor> files = new HashMap<>();
    for (FileDescriptorProto proto : descriptors.getFileList()) {
      FileDescriptor[] imports =
          proto.getDependencyList().stream().map(files::get).toArray(FileDescriptor[]::new);
      FileDescriptor file = FileDescriptor.buildFrom(proto, imports);
      files.put(proto.getName(), file);
      if (proto.getPackage().equals(protoPackage)) {
        contract.add(file);
      }
    }
    contract.services.sort(Comparator.comparing(ServiceDescriptor::getName));
    return contract;
  }

  /** The part of it that viewers may call, by what is written of callers. */
  Contract ofViewers() {
    Contract part = new Contract();
    part.comments.putAll(comments);
    part.filter = this::isForViewers;
    services.stream()
        .filter(service -> !part.methodsOf(service).isEmpty())
        .forEach(part.services::add);
    return part;
  }

  List<ServiceDescriptor> services() {
    return services;
  }

  List<MethodDescriptor> methodsOf(ServiceDescriptor service) {
    return service.getMethods().stream().filter(filter).toList();
  }

  /** What the proto says of a service or a method; empty: nothing. */
  String comment(GenericDescriptor described) {
    return comments.getOrDefault(described, "");
  }

  /** The requests whose writes bear the caller's id, by name. */
  List<Descriptor> writes() {
    return services.stream()
        .flatMap(service -> methodsOf(service).stream())
        .map(MethodDescriptor::getInputType)
        .filter(Contract::bearsRequestId)
        .distinct()
        .sorted(Comparator.comparing(Descriptor::getName))
        .toList();
  }

  private boolean isForViewers(MethodDescriptor method) {
    String callers = callersOf(method);
    String told = callers.isEmpty() ? callersOf(method.getService()) : callers;
    return told.isEmpty() || VIEWERS.matcher(told).find();
  }

  private String callersOf(GenericDescriptor described) {
    Matcher callers = CALLERS.matcher(comment(described).replaceAll("\\s+", " "));
    return callers.find() ? callers.group(1) : "";
  }

  private void add(FileDescriptor file) {
    services.addAll(file.getServices());
    for (Location location : file.toProto().getSourceCodeInfo().getLocationList()) {
      List<Integer> path = location.getPathList();
      if (path.size() == 2 && path.get(0) == SERVICES) {
        comments.put(file.getServices().get(path.get(1)), location.getLeadingComments());
      } else if (path.size() == 4 && path.get(0) == SERVICES && path.get(2) == METHODS) {
        ServiceDescriptor service = file.getServices().get(path.get(1));
        comments.put(service.getMethods().get(path.get(3)), location.getLeadingComments());
      }
    }
  }

  private static boolean bearsRequestId(Descriptor request) {
    FieldDescriptor field = request.findFieldByName("request_id");
    return field != null
        && field.getJavaType() == FieldDescriptor.JavaType.STRING
        && !field.isRepeated();
  }
}
