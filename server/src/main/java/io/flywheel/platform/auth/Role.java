package io.flywheel.platform.auth;

/** What a caller is; a token's claim "role" holds the name in lower-case letters. */
public enum Role {
  /** Somebody who watches; may act for itself only. */
  VIEWER,
  /** Somebody who reads reports and may not see people. */
  ANALYST,
  /** Somebody who broadcasts. */
  HOST,
  /** The merchant's own people. */
  MERCHANT,
  /** The live platform's services. */
  PLATFORM
}
