import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { onTestFinished } from "vitest";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RetryInfoSchema,
} from "../src/gen/google/rpc/error_details_pb.js";

/** A server that speaks gRPC-Web over real sockets and misbehaves as a test asks for. */
export class Peer {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  port = 0;
  /** How many requests came in. */
  requests = 0;
  /** What happens to a request before it reaches its service; true: nothing more. */
  intercept: ((socket: Socket, request: number) => boolean) | undefined;

  private constructor(routes: (router: ConnectRouter) => void) {
    const answer = connectNodeAdapter({ routes });
    this.#server = createServer((request, response) => {
      this.requests++;
      if (!this.intercept?.(request.socket, this.requests)) {
        answer(request, response);
      }
    });
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
  }

  /** Listens until the test has ended. */
  static async start(routes: (router: ConnectRouter) => void, port = 0): Promise<Peer> {
    const peer = new Peer(routes);
    peer.#server.listen(port, "127.0.0.1");
    await once(peer.#server, "listening");
    peer.port = (peer.#server.address() as AddressInfo).port;
    onTestFinished(() => peer.stop());
    return peer;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Resets every connection. */
  cut(): void {
    for (const socket of this.#sockets) {
      socket.resetAndDestroy();
    }
  }

  async stop(): Promise<void> {
    if (this.#server.listening) {
      const closed = once(this.#server, "close");
      this.#server.close();
      this.cut();
      await closed;
    }
  }
}

/** An error as the service words it. */
export function refusal(
  code: Code,
  reason: string,
  details: {
    retryAfterMillis?: number;
    fields?: { field: string; description: string }[];
    incident?: string;
  } = {},
): ConnectError {
  const metadata: Record<string, string> = details.incident ? { incident: details.incident } : {};
  const info = create(ErrorInfoSchema, { domain: "flywheel", reason, metadata });
  const error = new ConnectError("what the service says", code);
  error.details.push({ desc: ErrorInfoSchema, value: info });
  if (details.fields) {
    error.details.push({ desc: BadRequestSchema, value: { fieldViolations: details.fields } });
  }
  if (details.retryAfterMillis !== undefined) {
    const retryDelay = {
      seconds: BigInt(Math.floor(details.retryAfterMillis / 1000)),
      nanos: (details.retryAfterMillis % 1000) * 1e6,
    };
    error.details.push({ desc: RetryInfoSchema, value: { retryDelay } });
  }
  return error;
}

/** Waits until a check holds. */
export async function until(check: () => boolean, what: string, millis = 15_000): Promise<void> {
  const deadline = Date.now() + millis;
  while (!check()) {
    if (Date.now() > deadline) {
      throw new Error(`not within ${millis} ms: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A token that nobody verifies. */
export function unsigned(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none" })}.${part(claims)}.`;
}

/** What nobody catches until the test has ended, which fails no test meanwhile. */
export function uncaughtErrors(): unknown[] {
  const caught: unknown[] = [];
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    const before = process.rawListeners(event) as NodeJS.UncaughtExceptionListener[];
    process.removeAllListeners(event);
    process.on(event, (error: unknown) => caught.push(error));
    onTestFinished(() => {
      process.removeAllListeners(event);
      before.forEach((listener) => process.on(event, listener));
    });
  }
  return caught;
}
