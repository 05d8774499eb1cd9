package io.flywheel.program;

import com.google.common.base.Utf8;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import io.flywheel.v1.Options;
import io.flywheel.v1.Program;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads a program from YAML or JSON by walking the contract's descriptors beside the document's
 * nodes. It never stops at the first mistake, never cuts a number down, and is bounded in size,
 * depth and what aliases expand to. Not thread-safe; one parser reads one document.
 */
final class ProgramParser {
  static final int MAX_BYTES = 512 * 1024;

  private static final int MAX_DEPTH = 20;
  private static final int MAX_NODES = 100_000;
  private static final int MAX_ALIASES = 200;

  private static final String DURATION_EXAMPLE = "a duration such as 90s, 15m, 24h or 30d";
  private static final Pattern DURATION =
      Pattern.compile("(?:\\d{1,12}(?:\\.0{1,9}(?=s))?[dhms]){1,4}");
  private static final Pattern DURATION_PART = Pattern.compile("(\\d+)(?:\\.0+)?([dhms])");
  private static final Pattern SPOKEN_DURATION =
      Pattern.compile(
          "(\\d{1,9})\\s*(s|secs?|seconds?|秒钟?|m|mins?|minutes?|分钟?|h|hrs?|hours?|小时|时|d|days?|天|日)");
  private static final long MAX_DURATION_SECONDS = Durations.MAX_VALUE.getSeconds();
  private static final Pattern WHOLE_NUMBER = Pattern.compile("-?\\d{1,40}");
  private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");

  private final Findings findings;
  private int nodes;

  private ProgramParser(Findings findings) {
    this.findings = findings;
  }

  /** Reads what can be read; what can't is reported to the findings. */
  static Program parse(String document, Findings findings) {
    int bytes = Utf8.encodedLength(document);
    if (bytes > MAX_BYTES) {
      report(findings, 1, bytes + " bytes", "at most " + MAX_BYTES);
      return Program.getDefaultInstance();
    }
    Program.Builder program = Program.newBuilder();
    try {
      compose(document, findings)
          .ifPresent(root -> new ProgramParser(findings).readMessage(root, program, ""));
    } catch (MarkedYamlEngineException e) {
      String problem = e.getProblem() == null ? String.valueOf(e.getContext()) : e.getProblem();
      Place place = Place.of(e, document);
      report(findings, place.line, problem, "YAML or JSON; column " + place.column);
    } catch (YamlEngineException e) {
      report(findings, 1, Expectations.show(String.valueOf(e.getMessage())), "YAML or JSON");
    } catch (TooManyNodesException e) {
      report(findings, 1, "aliases", "at most " + MAX_NODES + " values, with what aliases repeat");
    }
    return program.build();
  }

  /** Where the author's mistake is, which is often before the place where reading got stuck. */
  private record Place(int line, int column) {
    /** What is found out at the next line only, since a line may go on there. */
    private static final Set<String> NOTICED_LATE =
        Set.of("while scanning a simple key", "while scanning a quoted scalar");

    static Place of(MarkedYamlEngineException e, String document) {
      Optional<Mark> begun = e.getContextMark();
      if (begun.isPresent() && NOTICED_LATE.contains(String.valueOf(e.getContext()))) {
        return of(begun.get());
      }
      Place stuck = e.getProblemMark().map(Place::of).orElse(new Place(1, 1));
      String problem = String.valueOf(e.getProblem());
      boolean isUnfinished =
          problem.startsWith("expected ',' or") || problem.contains("<stream end>");
      return isUnfinished ? endOfWhatIsBefore(stuck, document) : stuck;
    }

    private static Place of(Mark mark) {
      return new Place(mark.getLine() + 1, mark.getColumn() + 1);
    }

    /** The end of the last line with something in it, where the place is the first of its line. */
    private static Place endOfWhatIsBefore(Place stuck, String document) {
      List<String> lines = document.lines().toList();
      boolean isFirst =
          stuck.line > lines.size()
              || lines
                  .get(stuck.line - 1)
                  .substring(0, Math.min(stuck.column - 1, lines.get(stuck.line - 1).length()))
                  .isBlank();
      for (int line = stuck.line - 1; isFirst && line >= 1; line--) {
        String text = lines.get(line - 1).stripTrailing();
        if (!text.isBlank()) {
          return new Place(line, text.codePointCount(0, text.length()) + 1);
        }
      }
      return stuck;
    }
  }

  private static Optional<Node> compose(String document, Findings findings) {
    String text = document.startsWith("\uFEFF") ? document.substring(1) : document;
    if (text.stripLeading().startsWith("{")) {
      // JSON may be indented with tabs, which YAML refuses, and its strings may hold line breaks of
      // Unicode, which YAML folds.
      text =
          text.replace('\t', ' ')
              .replace("\u0085", "\\u0085")
              .replace("\u2028", "\\u2028")
              .replace("\u2029", "\\u2029");
    }
    LoadSettings settings =
        LoadSettings.builder()
            .setAllowDuplicateKeys(true)
            .setMaxAliasesForCollections(MAX_ALIASES)
            .build();
    if (!isBounded(text, settings, findings)) {
      return Optional.empty();
    }
    Optional<Node> root = new Compose(settings).composeString(text);
    if (root.isEmpty() || isNull(root.get())) {
      report(findings, 1, "nothing", "a program");
      return Optional.empty();
    }
    return root;
  }

  /** The composer recurses, so that depth must be bounded before it starts. */
  private static boolean isBounded(String text, LoadSettings settings, Findings findings) {
    int depth = 0;
    int nodes = 0;
    int aliases = 0;
    for (Event event : new Parse(settings).parseString(text)) {
      switch (event.getEventId()) {
        case MappingStart, SequenceStart -> depth++;
        case MappingEnd, SequenceEnd -> depth--;
        case Alias -> aliases++;
        default -> {}
      }
      nodes++;
      int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
      if (depth > MAX_DEPTH) {
        report(findings, line, "nesting", "at most " + MAX_DEPTH + " levels");
        return false;
      }
      if (nodes > MAX_NODES || aliases > MAX_ALIASES) {
        report(
            findings,
            line,
            nodes > MAX_NODES ? "too many values" : "too many aliases",
            "at most " + (nodes > MAX_NODES ? MAX_NODES : MAX_ALIASES));
        return false;
      }
    }
    return true;
  }

  private static void report(Findings findings, int line, String found, String expected) {
    findings.unreadable(Findings.DOCUMENT, line, Expectations.expected(found, expected));
  }

  private void readMessage(Node node, Message.Builder message, String path) {
    switch (node) {
      case MappingNode mapping -> readFields(mapping, message, path);
      case ScalarNode scalar when canStandForFirstField(message.getDescriptorForType()) -> {
        FieldDescriptor first = message.getDescriptorForType().getFields().getFirst();
        findings.standsIn(child(path, first.getName()), line(node));
        readField(scalar, message, first, child(path, first.getName()));
      }
      default -> {
        Descriptor type = message.getDescriptorForType();
        unreadable(
            path.isEmpty() ? Findings.DOCUMENT : path,
            node,
            "a mapping of " + String.join(", ", Expectations.names(type)));
      }
    }
  }

  private static boolean canStandForFirstField(Descriptor type) {
    return !type.equals(Program.getDescriptor()) && type.getRealOneofs().isEmpty();
  }

  private void readFields(MappingNode mapping, Message.Builder message, String path) {
    Descriptor type = message.getDescriptorForType();
    Map<Object, Integer> seen = new HashMap<>();
    for (NodeTuple entry : mapping.getValue()) {
      String key = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
      FieldDescriptor field = field(type, key);
      String at = child(path, field == null ? Expectations.show(key) : field.getName());
      int line = line(entry.getKeyNode());
      if (field == null) {
        unknownField(type, key, path, at, line);
      } else if (isFirst(seen, field, at, line)) {
        findings.standsIn(at, line);
        readField(entry.getValueNode(), message, field, at);
      }
    }
  }

  private void unknownField(Descriptor type, String key, String path, String at, int line) {
    Optional<String> meant = Spelling.nearest(key, Expectations.names(type));
    findings.unreadable(
        at,
        line,
        Expectations.show(key)
            + meant
                .map(name -> " (unknown field; did you mean " + name + "?)")
                .orElseGet(() ->
                    " (unknown field; known are: "
                        + String.join(", ", Expectations.names(type))
                        + ")"));
    meant.ifPresent(name -> findings.markUnreadable(child(path, name)));
  }

  private boolean isFirst(Map<Object, Integer> seen, FieldDescriptor field, String at, int line) {
    Integer earlier = seen.putIfAbsent(field, line);
    if (earlier != null) {
      findings.unreadable(
          at, line, field.getName() + " (given twice; first in line " + earlier + ")");
      return false;
    }
    OneofDescriptor choice = field.getRealContainingOneof();
    earlier = choice == null ? null : seen.putIfAbsent(choice, line);
    if (earlier != null) {
      findings.unreadable(
          at,
          line,
          field.getName() + " (expected: one kind only; another is in line " + earlier + ")");
      return false;
    }
    return true;
  }

  private static @Nullable FieldDescriptor field(Descriptor type, String key) {
    for (FieldDescriptor field : type.getFields()) {
      if (field.getName().equals(key) || field.getJsonName().equals(key)) {
        return field;
      }
    }
    return null;
  }

  private void readField(Node node, Message.Builder message, FieldDescriptor field, String path) {
    if (isNull(node)) {
      return;
    }
    if (!field.isRepeated()) {
      Object value = readValue(node, message, field, path);
      if (value != null) {
        message.setField(field, value);
      }
      return;
    }
    if (!(node instanceof SequenceNode sequence)) {
      unreadable(path, node, "a list");
      return;
    }
    List<Node> elements = sequence.getValue();
    for (int i = 0; i < elements.size(); i++) {
      String at = path + "[" + i + "]";
      findings.standsIn(at, line(elements.get(i)));
      Object value = readValue(elements.get(i), message, field, at);
      // An element that can't be read keeps its place, so that the paths of the others hold.
      message.addRepeatedField(field, value == null ? emptyElement(message, field) : value);
    }
  }

  private static Object emptyElement(Message.Builder message, FieldDescriptor field) {
    return field.getJavaType() == JavaType.MESSAGE ? message.newBuilderForField(field).build() : "";
  }

  private @Nullable Object readValue(
      Node node, Message.Builder message, FieldDescriptor field, String path) {
    if (++nodes > MAX_NODES) {
      throw new TooManyNodesException();
    }
    boolean isDuration = isOfType(field, Duration.getDescriptor());
    boolean isTime = isOfType(field, Timestamp.getDescriptor());
    if (field.getJavaType() == JavaType.MESSAGE && !isDuration && !isTime) {
      Message.Builder value = message.newBuilderForField(field);
      readMessage(node, value, path);
      return value.build();
    }
    if (!(node instanceof ScalarNode scalar) || isNull(node)) {
      unreadable(path, node, isDuration ? DURATION_EXAMPLE : Expectations.ofValue(field));
      return null;
    }
    if (isDuration) {
      return readDuration(scalar, field, path);
    }
    return isTime ? readTime(scalar, field, path) : readScalar(scalar, field, path);
  }

  private @Nullable Object readScalar(ScalarNode node, FieldDescriptor field, String path) {
    return switch (field.getJavaType()) {
      case STRING -> node.getValue();
      case BOOLEAN -> readBoolean(node, field, path);
      case INT, LONG -> readNumber(node, field, path);
      case ENUM -> readEnum(node, field, path);
      default -> throw new IllegalArgumentException("No way to read " + field);
    };
  }

  private @Nullable Boolean readBoolean(ScalarNode node, FieldDescriptor field, String path) {
    return switch (node.getValue()) {
      case "true", "True", "TRUE" -> true;
      case "false", "False", "FALSE" -> false;
      default -> {
        unreadable(path, node, Expectations.ofValue(field));
        yield null;
      }
    };
  }

  private @Nullable Object readNumber(ScalarNode node, FieldDescriptor field, String path) {
    String text = node.getValue();
    boolean mayBeSeconds = field.getOptions().getExtension(Options.mayBeSeconds);
    if (mayBeSeconds && DURATION.matcher(text).matches()) {
      findings.isDuration(path, text);
      return seconds(text);
    }
    if (!WHOLE_NUMBER.matcher(text).matches()) {
      String expected = "a whole number, " + Expectations.ofValue(field);
      unreadable(path, node, mayBeSeconds ? orMeant(expected, text) : expected);
      return null;
    }
    BigInteger number = new BigInteger(text);
    int bits = field.getJavaType() == JavaType.INT ? 31 : 63;
    if (number.bitLength() > bits) {
      unreadable(path, node, Expectations.ofValue(field));
      return null;
    }
    return bits == 31 ? (Object) number.intValueExact() : (Object) number.longValueExact();
  }

  private @Nullable Object readEnum(ScalarNode node, FieldDescriptor field, String path) {
    EnumDescriptor type = field.getEnumType();
    String text = node.getValue();
    String name =
        text.startsWith(Expectations.prefix(type))
            ? text
            : Expectations.prefix(type) + text.toUpperCase(Locale.ROOT);
    EnumValueDescriptor value = type.findValueByName(name);
    if (value != null && value.getNumber() != 0) {
      return value;
    }
    String expected = Expectations.ofValue(field);
    unreadable(
        path,
        node,
        Spelling.nearest(text, Expectations.names(type))
            .map(meant -> expected + "; did you mean " + meant + "?")
            .orElse(expected));
    return null;
  }

  private @Nullable Duration readDuration(ScalarNode node, FieldDescriptor field, String path) {
    if (!DURATION.matcher(node.getValue()).matches()) {
      String expected = "whole seconds, minutes, hours or days such as 90s, 15m, 24h or 30d";
      unreadable(path, node, orMeant(expected, node.getValue()));
      return null;
    }
    long seconds = seconds(node.getValue());
    if (seconds > MAX_DURATION_SECONDS) {
      unreadable(path, node, Expectations.ofValue(field));
      return null;
    }
    return Durations.fromSeconds(seconds);
  }

  /** A span of time as people write it, such as "5 min", is told as it is written here. */
  private static String orMeant(String expected, String text) {
    Matcher spoken = SPOKEN_DURATION.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!spoken.matches()) {
      return expected;
    }
    String unit = spoken.group(2);
    String letter =
        switch (unit.charAt(0)) {
          case '秒', 's' -> "s";
          case '分', 'm' -> "m";
          case '小', '时', 'h' -> "h";
          default -> "d";
        };
    return expected + "; did you mean " + spoken.group(1) + letter + "?";
  }

  private static long seconds(String text) {
    Matcher part = DURATION_PART.matcher(text);
    long seconds = 0;
    while (part.find()) {
      long count = Long.parseLong(part.group(1));
      long unit =
          switch (part.group(2)) {
            case "d" -> 86_400;
            case "h" -> 3_600;
            case "m" -> 60;
            default -> 1;
          };
      // Four parts of twelve digits cannot overflow.
      seconds += count * unit;
    }
    return seconds;
  }

  private @Nullable Timestamp readTime(ScalarNode node, FieldDescriptor field, String path) {
    try {
      Instant time = OffsetDateTime.parse(node.getValue()).toInstant();
      if (time.isBefore(Instant.parse("0001-01-01T00:00:00Z"))
          || time.isAfter(Instant.parse("9999-12-31T23:59:59Z"))) {
        throw new DateTimeException("Beyond what a Timestamp holds");
      }
      return Timestamp.newBuilder()
          .setSeconds(time.getEpochSecond())
          .setNanos(time.getNano())
          .build();
    } catch (DateTimeException e) {
      unreadable(path, node, Expectations.ofValue(field));
      return null;
    }
  }

  private void unreadable(String path, Node node, String expected) {
    String found =
        switch (node) {
          case ScalarNode scalar -> Expectations.show(scalar.getValue());
          case SequenceNode sequence -> "a list";
          default -> "a mapping";
        };
    findings.unreadable(path, line(node), Expectations.expected(found, expected));
  }

  private static boolean isOfType(FieldDescriptor field, Descriptor type) {
    return field.getJavaType() == JavaType.MESSAGE && field.getMessageType().equals(type);
  }

  private static boolean isNull(Node node) {
    return node instanceof ScalarNode scalar
        && scalar.isPlain()
        && NULLS.contains(scalar.getValue());
  }

  private static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
  }

  private static String child(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** Aliases repeat more values than a program can have. */
  private static final class TooManyNodesException extends RuntimeException {}
}
