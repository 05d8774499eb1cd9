package io.flywheel.cli;

import picocli.CommandLine.Option;

/** The options of commands that speak of what a viewer did somewhere. */
final class Place {
  @Option(
      names = "--room",
      defaultValue = "",
      description = "The room. Default: the one that the viewer is in.")
  private String room = "";

  @Option(
      names = "--broadcast",
      defaultValue = "",
      description =
          "The broadcast, such as one that is over. Default: the one that the viewer is in.")
  private String broadcast = "";

  String room() {
    return room;
  }

  String broadcast() {
    return broadcast;
  }
}
