package io.flywheel.platform.config;

import java.io.IOException;
import java.io.Reader;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the service was told at its start. An argument {@code --engine.lanes=2} wins over the
 * environment's {@code FLYWHEEL_ENGINE_LANES=2}, which wins over a line {@code engine.lanes=2} of
 * the properties file that {@code --config=FILE} names. {@code --demo} is short for {@code
 * --demo.enabled=true}. Modules read their settings into records, which hold the defaults. Not
 * thread-safe: all is read before anything starts.
 */
public final class Settings {
  private static final String CONFIG = "config";
  private static final String ENVIRONMENT_PREFIX = "FLYWHEEL_";

  private static final Pattern SWITCH = Pattern.compile("--[a-z][a-z-]*");
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
  private static final Map<String, Long> UNIT_MILLIS =
      Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

  private record Known(String value, String description) {}

  private final Map<String, String> arguments;
  private final Map<String, String> environment;
  private final Map<String, String> file;
  private final Map<String, Known> known = new TreeMap<>();
  private final boolean helpWanted;

  private Settings(
      Map<String, String> arguments,
      Map<String, String> environment,
      Map<String, String> file,
      boolean helpWanted) {
    this.arguments = arguments;
    this.environment = environment;
    this.file = file;
    this.helpWanted = helpWanted;
    known.put(CONFIG, new Known("", "A properties file with more settings."));
  }

  /** Reads the arguments and, where one is named, the properties file. */
  public static Settings of(List<String> arguments, Map<String, String> environment) {
    Map<String, String> byKey = new TreeMap<>();
    boolean helpWanted = false;
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (argument.equals("--help")) {
        helpWanted = true;
      } else if (SWITCH.matcher(argument).matches()) {
        byKey.put(argument.substring(2) + ".enabled", "true");
      } else if (argument.startsWith("--") && equals > 2) {
        byKey.put(argument.substring(2, equals), argument.substring(equals + 1));
      } else {
        throw new SettingsException(argument + " (expected: --key=value or --help)");
      }
    }
    String file = byKey.getOrDefault(CONFIG, environment.get(environmentName(CONFIG)));
    return new Settings(
        byKey, Map.copyOf(environment), file == null ? Map.of() : readFile(file), helpWanted);
  }

  /**
   * Reads the settings of one concern. A component {@code queueCapacity} of the record is the key
   * {@code prefix.queue-capacity}; its type is int, long, boolean, String, Path, Duration ("30s")
   * or an Optional of these.
   */
  public <T extends Record> T read(String prefix, Class<T> type) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = Arrays.stream(components).map(c -> readComponent(prefix, c)).toArray();
    try {
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      Constructor<T> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("cannot make " + type, e);
    }
  }

  /**
   * Fails if something was given that no record reads; to be called when all records have been
   * read.
   */
  public void rejectUnknown() {
    Stream.concat(arguments.keySet().stream(), file.keySet().stream())
        .filter(key -> !known.containsKey(key))
        .findFirst()
        .ifPresent(key -> reject(key, known.keySet()));
    // Others share the environment: a cluster's scheduler sets FLYWHEEL_PORT for a service of that
    // name. Only what
    // begins like a setting of ours is taken for a misspelt one.
    Set<String> names = new HashSet<>();
    Set<String> concerns = new HashSet<>();
    for (String key : known.keySet()) {
      names.add(environmentName(key));
      if (key.contains(".")) {
        concerns.add(environmentName(key.substring(0, key.indexOf('.') + 1)));
      }
    }
    for (String name : environment.keySet()) {
      if (!names.contains(name) && concerns.stream().anyMatch(name::startsWith)) {
        reject(name, names);
      }
    }
  }

  /** Whether {@code --help} was given. */
  public boolean helpWanted() {
    return helpWanted;
  }

  /** Every key that was read, with its default and what it does. */
  public String help() {
    StringBuilder help = new StringBuilder();
    known.forEach((key, setting) -> {
      help.append("--").append(key).append('=').append(setting.value()).append('\n');
      help.append("    ").append(setting.description()).append('\n');
    });
    return help.toString();
  }

  private @Nullable Object readComponent(String prefix, RecordComponent component) {
    String key = prefix + "." + kebab(component.getName());
    Default byDefault = component.getAnnotation(Default.class);
    Description description = component.getAnnotation(Description.class);
    known.put(
        key,
        new Known(
            byDefault == null ? "" : byDefault.value(),
            description == null ? "" : description.value()));
    String text = helpWanted ? null : valueOf(key);
    Type type = component.getGenericType();
    if (type instanceof ParameterizedType optional && optional.getRawType() == Optional.class) {
      Type inner = optional.getActualTypeArguments()[0];
      return text == null || text.isEmpty()
          ? Optional.empty()
          : Optional.of(parse(key, text, inner, component));
    }
    if (text == null) {
      if (byDefault == null) {
        throw new IllegalArgumentException(key + " has neither a default nor an Optional type");
      }
      text = byDefault.value();
    }
    return parse(key, text, type, component);
  }

  private @Nullable String valueOf(String key) {
    return Stream.of(arguments.get(key), environment.get(environmentName(key)), file.get(key))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private static Object parse(String key, String text, Type type, RecordComponent component) {
    if (type == String.class) {
      return text;
    } else if (type == Path.class) {
      return Path.of(text);
    } else if (type == boolean.class || type == Boolean.class) {
      return switch (text) {
        case "true" -> true;
        case "false" -> false;
        default -> throw wrong(key, text, "true or false");
      };
    } else if (type == Duration.class) {
      return duration(key, text, component);
    } else if (type == long.class || type == Long.class) {
      return number(key, text, component, Long.MIN_VALUE, Long.MAX_VALUE);
    } else if (type == int.class || type == Integer.class) {
      return (int) number(key, text, component, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    throw new IllegalArgumentException(key + " has a type that settings don't know: " + type);
  }

  private static long number(
      String key, String text, RecordComponent component, long least, long most) {
    Range range = Range.of(component, least, most);
    try {
      long number = Long.parseLong(text);
      if (range.contains(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw wrong(key, text, "a whole number");
    }
    throw wrong(key, text, range.describe(Long::toString));
  }

  private static Duration duration(String key, String text, RecordComponent component) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw wrong(key, text, "a duration such as 500ms, 30s, 5m, 2h or 1d");
    }
    long unit = Objects.requireNonNull(UNIT_MILLIS.get(matcher.group(2)));
    long millis = unit * Long.parseLong(matcher.group(1));
    Range range = Range.of(component, 0, Long.MAX_VALUE);
    if (!range.contains(millis)) {
      throw wrong(key, text, range.describe(Settings::millisText));
    }
    return Duration.ofMillis(millis);
  }

  private static String millisText(long millis) {
    return UNIT_MILLIS.entrySet().stream()
        .filter(unit -> millis % unit.getValue() == 0)
        .max(Map.Entry.comparingByValue())
        .map(unit -> millis / unit.getValue() + unit.getKey())
        .orElseThrow();
  }

  private record Range(long least, long most, boolean hasLeast, boolean hasMost) {
    static Range of(RecordComponent component, long least, long most) {
      Min min = component.getAnnotation(Min.class);
      Max max = component.getAnnotation(Max.class);
      return new Range(
          min == null ? least : min.value(),
          max == null ? most : max.value(),
          min != null,
          max != null);
    }

    boolean contains(long value) {
      return least <= value && value <= most;
    }

    String describe(LongFunction<String> text) {
      if (hasLeast && !hasMost) {
        return "at least " + text.apply(least);
      } else if (hasMost && !hasLeast) {
        return "at most " + text.apply(most);
      }
      return text.apply(least) + " to " + text.apply(most);
    }
  }

  private static SettingsException wrong(String key, String text, String expected) {
    return new SettingsException(key + ": " + text + " (expected: " + expected + ")");
  }

  private static void reject(String key, Set<String> known) {
    String nearest =
        known.stream().min(Comparator.comparingInt(name -> distance(key, name))).orElseThrow();
    throw new SettingsException(key + ": unknown setting (nearest: " + nearest + ")");
  }

  /** How many letters have to be changed, put in or taken out to turn one text into the other. */
  private static int distance(String from, String to) {
    int[] row = IntStream.rangeClosed(0, to.length()).toArray();
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int change = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }

  private static String kebab(String camelCase) {
    return camelCase.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  private static String environmentName(String key) {
    return ENVIRONMENT_PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  private static Map<String, String> readFile(String file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(file))) {
      properties.load(reader);
    } catch (IOException e) {
      throw new SettingsException(CONFIG + ": " + file + " (expected: a readable file)");
    }
    Map<String, String> values = new TreeMap<>();
    properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key)));
    return values;
  }
}
