package io.flywheel.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

final class DatabaseServerTest {
  @Test
  void anotherWayLeadsToTheSameSchemaUnencrypted() {
    DatabaseServer server = of("jdbc:mysql://db.example:3307/?user=root");

    assertThat(server.through(4000).url("points"))
        .isEqualTo("jdbc:mysql://127.0.0.1:4000/points?user=root&sslMode=DISABLED");
    assertThat(of("jdbc:mysql://db.example").through(4000).url("points"))
        .isEqualTo("jdbc:mysql://127.0.0.1:4000/points?sslMode=DISABLED");
  }

  @Test
  void theEndpointIsWhereTheUrlSays() {
    assertThat(of("jdbc:mysql://db.example:3307/?user=root").endpoint())
        .isEqualTo(InetSocketAddress.createUnresolved("db.example", 3307));
    assertThat(of("jdbc:mysql://db.example").endpoint().getPort()).isEqualTo(3306);
  }

  @Test
  void severalHostsHaveNoEndpoint() {
    DatabaseServer two = of("jdbc:mysql://one,two/points");

    assertThatThrownBy(two::endpoint)
        .hasMessage("--database-url: jdbc:mysql://one,two (expected: jdbc:mysql://host:port)");
  }

  private static DatabaseServer of(String url) {
    return DatabaseServer.of(url, "", "", "");
  }
}
