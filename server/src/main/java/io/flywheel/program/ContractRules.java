package io.flywheel.program;

import build.buf.protovalidate.ValidationResult;
import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.Violation;
import build.buf.protovalidate.exceptions.ValidationException;
import build.buf.validate.FieldPathElement;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import io.flywheel.v1.Program;
import io.flywheel.v1.Reward;
import java.util.List;

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
    Violation.FieldValue found = violation.getFieldValue();
    if (found == null) {
      // The one choice of the contract is a reward's kind, and its path ends with the choice's
      // name.
      String path = path(elements.subList(0, elements.size() - 1));
      findings.broken(
          path,
          Expectations.expected(
              "nothing", Expectations.oneOf(Expectations.names(Reward.getDescriptor()))));
      return;
    }
    String path = path(elements);
    FieldDescriptor field = found.getDescriptor();
    boolean list = field.isRepeated() && !elements.getLast().hasIndex();
    String expectation = list ? Expectations.ofList(field) : Expectations.ofValue(field);
    findings.broken(path, Expectations.expected(shown(path, found, findings), expectation));
  }

  private static String shown(String path, Violation.FieldValue found, Findings findings) {
    boolean blank =
        found.getDescriptor().getJavaType() == JavaType.MESSAGE && found.getValue() == null;
    return findings.isGiven(path) && !blank ? Expectations.show(found.getValue()) : "missing";
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
