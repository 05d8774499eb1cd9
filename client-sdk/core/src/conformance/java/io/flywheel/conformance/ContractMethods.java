package io.flywheel.conformance;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * The methods that the contract's descriptors name. They are read by hand, for the lite runtime has
 * no classes of descriptors.
 */
final class ContractMethods {
  private static final int SET_FILE = 1;
  private static final int FILE_PACKAGE = 2;
  private static final int FILE_SERVICE = 6;
  private static final int SERVICE_NAME = 1;
  private static final int SERVICE_METHOD = 2;
  private static final int METHOD_NAME = 1;

  private ContractMethods() {}

  /** Such as "CheckInService/CheckIn". */
  static Set<String> of(Path descriptors) throws IOException {
    Set<String> methods = new TreeSet<>();
    each(
        Files.readAllBytes(descriptors),
        SET_FILE,
        file -> {
          if (text(file, FILE_PACKAGE).equals("flywheel.v1")) {
            each(
                file,
                FILE_SERVICE,
                service ->
                    each(
                        service,
                        SERVICE_METHOD,
                        method ->
                            methods.add(
                                text(service, SERVICE_NAME) + "/" + text(method, METHOD_NAME))));
          }
        });
    return methods;
  }

  private static String text(byte[] message, int field) throws IOException {
    StringBuilder text = new StringBuilder();
    each(message, field, value -> text.append(new String(value, "UTF-8")));
    return text.toString();
  }

  private static void each(byte[] message, int field, Reader reader) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(message);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == field) {
        reader.read(in.readByteArray());
      } else {
        in.skipField(tag);
      }
    }
  }

  private interface Reader {
    void read(byte[] value) throws IOException;
  }
}
