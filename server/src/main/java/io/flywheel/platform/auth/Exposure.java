package io.flywheel.platform.auth;

import com.google.inject.Inject;
import io.flywheel.platform.config.SettingsException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * On which addresses the service may listen: without a key that somebody has chosen, on those of
 * this machine alone. Thread-safe.
 */
public final class Exposure {
  private static final String EVERYWHERE = "0.0.0.0";
  private static final String LOOPBACK = "127.0.0.1";

  private final AuthConfig config;

  @Inject
  Exposure(AuthConfig config) {
    this.config = config;
  }

  /**
   * The address to listen on.
   *
   * @param setting the name of the setting
   * @param host what it says; empty: nothing
   * @throws SettingsException it names an address that others reach, and nothing names a key
   */
  public String addressOf(String setting, Optional<String> host) {
    if (config.namesKey()) {
      return host.orElse(EVERYWHERE);
    }
    String address = host.orElse(LOOPBACK);
    if (!isLoopback(address)) {
      throw new SettingsException(
          setting
              + ": "
              + address
              + " without a key (expected: 127.0.0.1, or one of auth.jwt-secret,"
              + " auth.jwt-secret-file, auth.jwt-public-key-file, auth.jwt-jwks, auth.api-keys and"
              + " auth.api-keys-file)");
    }
    return address;
  }

  private static boolean isLoopback(String address) {
    try {
      return InetAddress.getByName(address).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
