package io.flywheel.generator;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Cuts descriptors down to some methods and the types that these need, each as it is in the whole:
 * what is generated from the part is what is generated from the whole, only less of it.
 */
final class ViewersPart {
  /** What errors say in their details, and what names their reasons. */
  private static final Set<String> ALWAYS = Set.of("ErrorReason");

  private final String protoPackage;
  private final Map<String, Set<String>> methods = new HashMap<>();
  private final Set<String> types = new HashSet<>();

  /** The part that a contract has left. */
  ViewersPart(Contract contract, String protoPackage) {
    this.protoPackage = protoPackage;
    ALWAYS.forEach(name -> types.add(protoPackage + "." + name));
    for (ServiceDescriptor service : contract.services()) {
      List<MethodDescriptor> kept = contract.methodsOf(service);
      methods.put(
          service.getFullName(),
          kept.stream().map(MethodDescriptor::getName).collect(Collectors.toSet()));
      for (MethodDescriptor method : kept) {
        keep(method.getInputType());
        keep(method.getOutputType());
      }
    }
  }

  /** The whole without what is not in the part; files of other packages stay as they are. */
  FileDescriptorSet of(FileDescriptorSet whole) {
    FileDescriptorSet.Builder part = FileDescriptorSet.newBuilder();
    Set<String> empty = new HashSet<>();
    for (FileDescriptorProto file : whole.getFileList()) {
      FileDescriptorProto cut = file.getPackage().equals(protoPackage) ? cut(file) : file;
      if (isEmpty(cut)) {
        empty.add(file.getName());
      } else {
        part.addFile(cut);
      }
    }
    for (FileDescriptorProto.Builder file : part.getFileBuilderList()) {
      List<String> imports =
          file.getDependencyList().stream().filter(i -> !empty.contains(i)).toList();
      file.clearDependency().addAllDependency(imports);
    }
    return part.build();
  }

  private FileDescriptorProto cut(FileDescriptorProto file) {
    FileDescriptorProto.Builder cut =
        file.toBuilder().clearMessageType().clearEnumType().clearService().clearSourceCodeInfo();
    file.getMessageTypeList().stream()
        .filter(type -> types.contains(protoPackage + "." + type.getName()))
        .forEach(cut::addMessageType);
    file.getEnumTypeList().stream()
        .filter(type ->
            file.getExtensionCount() > 0 || types.contains(protoPackage + "." + type.getName()))
        .forEach(cut::addEnumType);
    for (ServiceDescriptorProto service : file.getServiceList()) {
      Set<String> kept = methods.getOrDefault(protoPackage + "." + service.getName(), Set.of());
      if (!kept.isEmpty()) {
        ServiceDescriptorProto.Builder some = service.toBuilder().clearMethod();
        service.getMethodList().stream()
            .filter(method -> kept.contains(method.getName()))
            .forEach(some::addMethod);
        cut.addService(some);
      }
    }
    return cut.build();
  }

  private static boolean isEmpty(FileDescriptorProto file) {
    return file.getMessageTypeCount() == 0
        && file.getEnumTypeCount() == 0
        && file.getServiceCount() == 0
        && file.getExtensionCount() == 0;
  }

  private void keep(Descriptor type) {
    if (!types.add(outermost(type))) {
      return;
    }
    Descriptor outer = type;
    while (outer.getContainingType() != null) {
      outer = outer.getContainingType();
    }
    keepFields(outer);
  }

  private void keepFields(Descriptor type) {
    for (FieldDescriptor field : type.getFields()) {
      switch (field.getJavaType()) {
        case MESSAGE -> keep(field.getMessageType());
        case ENUM -> types.add(outermost(field.getEnumType()));
        default -> {}
      }
    }
    type.getNestedTypes().forEach(this::keepFields);
  }

  /** The name of the type that a type is written in, or its own: whole ones are kept. */
  private static String outermost(GenericDescriptor type) {
    String inFile = type.getFullName().substring(type.getFile().getPackage().length() + 1);
    int dot = inFile.indexOf('.');
    return type.getFile().getPackage() + "." + (dot < 0 ? inFile : inFile.substring(0, dot));
  }
}
