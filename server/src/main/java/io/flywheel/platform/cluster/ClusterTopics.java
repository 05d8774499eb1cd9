package io.flywheel.platform.cluster;

/** The names in Redis of the channels of one installation. Thread-safe. */
final class ClusterTopics {
  private static final String SIGNS = "signs";

  private final ClusterMembership membership;

  ClusterTopics(ClusterMembership membership) {
    this.membership = membership;
  }

  /** Where items of a channel are published. */
  String of(int channel) {
    return named(Integer.toString(channel));
  }

  /** Where nodes give signs of life. */
  String signs() {
    return named(SIGNS);
  }

  /** The number of the channel; -1: it is that of the signs. */
  static int channelOf(String topic) {
    String name = topic.substring(topic.lastIndexOf(':') + 1);
    return name.equals(SIGNS) ? -1 : Integer.parseInt(name);
  }

  private String named(String name) {
    return "flywheel:" + membership.installationId() + ":" + name;
  }
}
