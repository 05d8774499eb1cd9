package io.flywheel.cli;

import io.flywheel.client.FlywheelClient;
import io.flywheel.v1.DeleteWebhookEndpointRequest;
import io.flywheel.v1.GetWebhookSecretsRequest;
import io.flywheel.v1.SaveWebhookEndpointRequest;
import io.flywheel.v1.WebhookSecret;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "webhooks",
    mixinStandardHelpOptions = true,
    description = "Webhooks, for development.",
    subcommands = WebhooksCommand.Listen.class)
final class WebhooksCommand {
  @Command(
      name = "listen",
      mixinStandardHelpOptions = true,
      description = {
        "Has webhooks sent to this machine, checks their signatures, prints their bodies, and takes"
            + " them. The endpoint is deleted at the end. Ends with Ctrl-C.",
        "The service must run on this machine, with --webhook.allow-private-targets=true."
      })
  static final class Listen implements Callable<Integer> {
    @Mixin private Connection connection = new Connection();

    @Option(
        names = "--endpoint",
        paramLabel = "ID",
        defaultValue = "listen",
        description = "The endpoint's id. Default: ${DEFAULT-VALUE}.")
    private String endpoint = "listen";

    @Option(
        names = "--port",
        paramLabel = "PORT",
        defaultValue = "0",
        description = "Where to listen. Default: any port that is free.")
    private int port;

    @Option(names = "--messages", paramLabel = "N", description = "End after so many messages.")
    private int messages;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
      PrintWriter out = spec.commandLine().getOut();
      PrintWriter err = spec.commandLine().getErr();
      CountDownLatch left = new CountDownLatch(messages > 0 ? messages : Integer.MAX_VALUE);
      try (FlywheelClient client = connection.open();
          WebhookReceiver receiver =
              new WebhookReceiver(
                  port,
                  (body, isRight) -> {
                    if (isRight) {
                      out.println(body);
                      left.countDown();
                    } else {
                      err.println("refused, for its signature is wrong: " + body);
                    }
                  })) {
        listen(client, receiver, err, left);
      }
      return 0;
    }

    private void listen(
        FlywheelClient client, WebhookReceiver receiver, PrintWriter err, CountDownLatch left)
        throws InterruptedException {
      Thread deleter = new Thread(() -> delete(client));
      var unused =
          client
              .webhook()
              .saveWebhookEndpoint(
                  SaveWebhookEndpointRequest.newBuilder()
                      .setEndpointId(endpoint)
                      .setUrl(receiver.url())
                      .build());
      Runtime.getRuntime().addShutdownHook(deleter); // Ctrl-C
      try {
        receiver.setSecrets(secrets(client));
        err.println("listening at " + receiver.url() + " as endpoint " + endpoint);
        left.await();
      } finally {
        Runtime.getRuntime().removeShutdownHook(deleter);
        delete(client);
      }
    }

    private List<String> secrets(FlywheelClient client) {
      return client
          .webhook()
          .getWebhookSecrets(GetWebhookSecretsRequest.newBuilder().setEndpointId(endpoint).build())
          .getSecretsList()
          .stream()
          .map(WebhookSecret::getSecret)
          .collect(Collectors.toList());
    }

    private void delete(FlywheelClient client) {
      var unused =
          client
              .webhook()
              .deleteWebhookEndpoint(
                  DeleteWebhookEndpointRequest.newBuilder().setEndpointId(endpoint).build());
    }
  }
}
