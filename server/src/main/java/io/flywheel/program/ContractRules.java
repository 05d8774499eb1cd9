package io.flywheel.program;

import build.buf.protovalidate.ValidationResult;
import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.Violation;
import build.buf.protovalidate.exceptions.ValidationException;
import build.buf.validate.FieldPathElement;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import io.flywheel.v1.Program;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks the constraints that the contract itself states, and words what breaks them like every
 * other mistake.
 */
final class ContractRules {
  private static final Validator VALIDATOR = ValidatorFactory.newBuilder().build();

  private ContractRules() {}

  static void check(Program program, Findings findings) {
    try {
      ValidationResult result = VALIDATOR.validate(program);
      result.getViolations().forEach(violation -> report(violation, findings));
    } catch (ValidationException e) {
      throw new IllegalStateException("The contract's constraints cannot be evaluated", e);
    }
  }

  private static void report(Violation violation, Findings findings) {
    List<FieldPathElement> elements = violation.toProto().getField().getElementsList();
    FieldDescriptor field = field(elements);
    if (field == null) {
      // It is a choice of which nothing was taken; its path ends with the choice's name.
      findings.broken(
          path(elements.subList(0, elements.size() - 1)),
          Expectations.expected("nothing", Expectations.oneOf(choices(elements))));
      return;
    }
    boolean list = field.isRepeated() && !elements.getLast().hasIndex();
    String path = path(elements);
    Violation.FieldValue found = violation.getFieldValue();
    String shown =
        found == null || !findings.isGiven(path) ? "missing" : shown(field, found.getValue());
    findings.broken(
        path,
        Expectations.expected(
            shown, list ? Expectations.ofList(field) : Expectations.ofValue(field)));
  }

  private static String shown(FieldDescriptor field, Object value) {
    if (field.getJavaType() == JavaType.ENUM && value instanceof Number number) {
      return Expectations.show(
          field.getEnumType().findValueByNumberCreatingIfUnknown(number.intValue()));
    }
    return Expectations.show(value);
  }

  private static List<String> choices(List<FieldPathElement> elements) {
    FieldDescriptor holder = field(elements.subList(0, elements.size() - 1));
    Descriptor type = holder == null ? Program.getDescriptor() : holder.getMessageType();
    String name = elements.getLast().getFieldName();
    return type.getOneofs().stream()
        .filter(oneof -> oneof.getName().equals(name))
        .flatMap(oneof -> oneof.getFields().stream())
        .map(FieldDescriptor::getName)
        .toList();
  }

  private static @Nullable FieldDescriptor field(List<FieldPathElement> elements) {
    Descriptor type = Program.getDescriptor();
    FieldDescriptor field = null;
    for (FieldPathElement element : elements) {
      field = type.findFieldByNumber(element.getFieldNumber());
      if (field != null && field.getJavaType() == JavaType.MESSAGE) {
        type = field.getMessageType();
      }
    }
    return field;
  }

  private static String path(List<FieldPathElement> elements) {
    StringBuilder path = new StringBuilder();
    for (FieldPathElement element : elements) {
      path.append(path.isEmpty() ? "" : ".").append(element.getFieldName());
      if (element.hasIndex()) {
        path.append('[').append(element.getIndex()).append(']');
      }
    }
    return path.toString();
  }
}
