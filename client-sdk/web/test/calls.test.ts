import { create } from "@bufbuild/protobuf";
import { Code, type ConnectRouter, type HandlerContext } from "@connectrpc/connect";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  CheckInRequestSchema,
  CheckInService,
  createFlywheel,
  FlywheelError,
  TaskService,
  type FlywheelOptions,
} from "../src/index.js";
import { TokenSource } from "../src/token.js";
import { Peer, refusal, uncaughtErrors, unsigned, until } from "./peer.js";

type Attempt = (requestId: string, context: HandlerContext) => void | Promise<void>;

/** A peer whose check-in does what the test says, attempt by attempt, and the ids of the requests it saw. */
async function checkInPeer(attempt: (number: number) => Attempt | undefined) {
  const ids: string[] = [];
  const peer = await Peer.start((router: ConnectRouter) => {
    router.service(CheckInService, {
      async checkIn(request, context) {
        ids.push(request.requestId);
        await attempt(ids.length)?.(request.requestId, context);
        return { standing: { streak: 3 } };
      },
    });
    router.service(TaskService, {
      listTasks: () => ({ hiddenTasks: 2 }),
    });
  });
  const connect = (options: FlywheelOptions = {}) =>
    createFlywheel({
      baseUrl: peer.baseUrl,
      retry: { initialMillis: 5, maxMillis: 20 },
      ...options,
    });
  return { peer, ids, connect };
}

async function failure(promise: Promise<unknown>): Promise<FlywheelError> {
  const caught: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(caught).toBeInstanceOf(FlywheelError);
  return caught as FlywheelError;
}

const overloaded = () => refusal(Code.ResourceExhausted, "OVERLOADED", { retryAfterMillis: 30 });

describe("repetitions", () => {
  test("a write is repeated under the id that it had first", async () => {
    const { ids, connect } = await checkInPeer((number) => {
      if (number < 3) {
        throw overloaded();
      }
    });
    const { standing } = await connect().service(CheckInService).checkIn({});
    expect(standing?.streak).toBe(3);
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("two writes have two ids, and an id of the caller's stays", async () => {
    const { ids, connect } = await checkInPeer(() => undefined);
    const client = connect().service(CheckInService);
    const request = create(CheckInRequestSchema, {});
    await client.checkIn(request);
    await client.checkIn(request);
    await client.checkIn({ requestId: "mine" });
    expect(request.requestId).toBe("");
    expect(new Set(ids).size).toBe(3);
    expect(ids[2]).toBe("mine");
  });

  test("the service's RetryInfo is waited for", async () => {
    const { connect } = await checkInPeer((number) => {
      if (number === 1) {
        throw refusal(Code.Unavailable, "SHUTTING_DOWN", { retryAfterMillis: 300 });
      }
    });
    const began = Date.now();
    await connect().service(CheckInService).checkIn({});
    expect(Date.now() - began).toBeGreaterThanOrEqual(295);
  });

  test("connections that are reset, before or after the write, cost nothing but time", async () => {
    const { peer, ids, connect } = await checkInPeer((number) => {
      if (number === 1) {
        peer.cut();
      }
    });
    peer.intercept = (socket, request) => request === 1 && !!socket.resetAndDestroy();
    await connect().service(CheckInService).checkIn({});
    expect(peer.requests).toBe(3);
    expect(ids).toHaveLength(2);
    expect(ids[0]).toBe(ids[1]);
  });

  test("a read is repeated too", async () => {
    const { peer, connect } = await checkInPeer(() => undefined);
    peer.intercept = (socket, request) => request < 3 && !!socket.resetAndDestroy();
    const { hiddenTasks } = await connect().service(TaskService).listTasks({});
    expect(hiddenTasks).toBe(2);
    expect(peer.requests).toBe(3);
  });

  test("a service that is gone is tried as often as allowed, and told as NO_CONNECTION with the id", async () => {
    const { peer, connect } = await checkInPeer(() => undefined);
    await peer.stop();
    let attempts = 0;
    const counted: typeof fetch = (...request) => {
      attempts++;
      return fetch(...request);
    };
    const error = await failure(connect({ fetch: counted }).service(CheckInService).checkIn({}));
    expect(attempts).toBe(4);
    attempts = 0;
    const twice = connect({ fetch: counted, retry: { attempts: 2, initialMillis: 5 } });
    await failure(twice.service(CheckInService).checkIn({}));
    expect(attempts).toBe(2);
    expect(error.reason).toBe("NO_CONNECTION");
    expect(error.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(error.isTransient).toBe(true);
  });

  test("a refusal that time does not cure is not repeated", async () => {
    const { ids, connect } = await checkInPeer(() => {
      throw refusal(Code.FailedPrecondition, "NOT_IN_ROOM");
    });
    const error = await failure(connect().service(CheckInService).checkIn({}));
    expect(error.is("NOT_IN_ROOM", "SESSION_ENDED")).toBe(true);
    expect(ids).toHaveLength(1);
  });

  test("there is no attempt that the deadline leaves no time for", async () => {
    const { ids, connect } = await checkInPeer(() => {
      throw refusal(Code.ResourceExhausted, "OVERLOADED", { retryAfterMillis: 60_000 });
    });
    const began = Date.now();
    const error = await failure(connect().service(CheckInService).checkIn({}, { timeoutMs: 1_000 }));
    expect(error.reason).toBe("OVERLOADED");
    expect(error.retryAfterMillis).toBe(60_000);
    expect(ids).toHaveLength(1);
    expect(Date.now() - began).toBeLessThan(9_000);
  });
});

describe("deadlines", () => {
  const never: Attempt = (_, context) =>
    new Promise((resolve) => {
      context.signal.addEventListener("abort", () => {
        resolve();
      });
    });

  test("a call without an answer ends by the client's deadline", async () => {
    const { connect } = await checkInPeer(() => never);
    const client = connect({ timeoutMillis: 150 }).service(CheckInService);
    expect((await failure(client.checkIn({}))).reason).toBe("DEADLINE_EXCEEDED");
  });

  test("the deadline is over all attempts, and the service is told what is left", async () => {
    const left: number[] = [];
    const { connect } = await checkInPeer((number) => (_, context) => {
      left.push(context.timeoutMs() ?? NaN);
      if (number === 1) {
        throw refusal(Code.Unavailable, "SHUTTING_DOWN", { retryAfterMillis: 200 });
      }
    });
    await connect().service(CheckInService).checkIn({}, { timeoutMs: 2_000 });
    expect(left[0]).toBeLessThanOrEqual(2_000);
    expect(left[1]).toBeLessThanOrEqual(1_805);
  });

  test("the caller's signal ends a call, also between attempts and while the token is fetched", async () => {
    const { ids, connect } = await checkInPeer(() => {
      throw refusal(Code.Unavailable, "SHUTTING_DOWN", { retryAfterMillis: 3_000 });
    });
    const between = new AbortController();
    const call = connect().service(CheckInService).checkIn({}, { signal: between.signal });
    await until(() => ids.length === 1, "the first attempt");
    between.abort();
    expect((await failure(call)).reason).toBe("CANCELLED");

    const fetching = new AbortController();
    const stuck = connect({ token: () => new Promise(() => undefined) });
    const second = stuck.service(CheckInService).checkIn({}, { signal: fetching.signal });
    fetching.abort();
    expect((await failure(second)).reason).toBe("CANCELLED");
    expect(ids).toHaveLength(1);
  });
});

describe("errors", () => {
  test("fields, incident and retry delay are read from the details", async () => {
    const fields = [{ field: "room_id", description: '"" (expected: 1 to 64 characters)' }];
    const { connect } = await checkInPeer((number) => {
      throw number === 1
        ? refusal(Code.InvalidArgument, "INVALID_FIELD", { fields })
        : refusal(Code.Internal, "INTERNAL", { incident: "abc" });
    });
    const client = connect().service(CheckInService);
    const invalid = await failure(client.checkIn({}));
    expect(invalid.reason).toBe("INVALID_FIELD");
    expect(invalid.fields).toEqual(fields);
    const internal = await failure(client.checkIn({}));
    expect(internal.reason).toBe("INTERNAL");
    expect(internal.incident).toBe("abc");
    expect(internal.message).toBe("INTERNAL: what the service says");
  });

  test("an answer of a proxy is told by its status", async () => {
    const { peer, connect } = await checkInPeer(() => undefined);
    const statuses = [401, 403, 404];
    const reasons: string[] = [];
    for (const status of statuses) {
      peer.intercept = (socket) => {
        socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
        return true;
      };
      reasons.push((await failure(connect().service(CheckInService).checkIn({}))).reason);
    }
    expect(reasons).toEqual(["UNAUTHENTICATED", "NOT_ALLOWED", "UNKNOWN_METHOD"]);
  });
});

describe("tokens", () => {
  const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

  /** A peer that takes the tokens of a set. */
  async function guarded(good: Set<string>) {
    const seen: string[] = [];
    const { connect } = await checkInPeer(() => (_, context) => {
      const token = context.requestHeader.get("authorization")?.slice("Bearer ".length) ?? "";
      seen.push(token);
      if (!good.has(token)) {
        throw refusal(Code.Unauthenticated, "UNAUTHENTICATED");
      }
    });
    return { seen, connect };
  }

  test("a refused token is replaced once, for all calls at once", async () => {
    const good = new Set(["t2"]);
    const { seen, connect } = await guarded(good);
    let asked = 0;
    const flywheel = connect({ token: () => Promise.resolve(`t${++asked}`) });
    const client = flywheel.service(CheckInService);
    await Promise.all([client.checkIn({}), client.checkIn({}), client.checkIn({})]);
    expect(asked).toBe(2);
    expect(seen.filter((token) => token === "t1").length).toBeLessThanOrEqual(3);
    expect(seen.filter((token) => token === "t2")).toHaveLength(3);
  });

  test("when a fresh token is refused too, the app is told that nobody is signed in", async () => {
    const { seen, connect } = await guarded(new Set());
    let signedOut = 0;
    const flywheel = connect({ token: () => "bad", onSignedOut: () => signedOut++ });
    expect((await failure(flywheel.service(CheckInService).checkIn({}))).reason).toBe("UNAUTHENTICATED");
    expect(seen).toHaveLength(2);
    expect(signedOut).toBe(1);
  });

  test("calls that are refused at once with the same token are told to the app once", async () => {
    const { connect } = await guarded(new Set());
    for (const token of ["bad", () => "bad"]) {
      let signedOut = 0;
      const client = connect({ token, onSignedOut: () => signedOut++ }).service(CheckInService);
      const calls = [client.checkIn({}), client.checkIn({}), client.checkIn({})];
      const errors = await Promise.all(calls.map(failure));
      expect(errors.map(({ reason }) => reason)).toEqual(Array(3).fill("UNAUTHENTICATED"));
      expect(signedOut).toBe(1);
    }
  });

  test("what the app throws when it is told is its own uncaught error, and no call's", async () => {
    const { connect } = await guarded(new Set());
    const uncaught = uncaughtErrors();
    const onSignedOut = () => {
      throw new Error("the app's own");
    };
    const refused = connect({ token: "bad", onSignedOut });
    expect((await failure(refused.service(CheckInService).checkIn({}))).reason).toBe("UNAUTHENTICATED");
    const nobody = connect({ token: "", onSignedOut });
    expect((await failure(nobody.service(CheckInService).checkIn({}))).reason).toBe("UNAUTHENTICATED");
    await until(() => uncaught.length === 2, "both errors of the app");
    expect(String(uncaught[0])).toBe("Error: the app's own");
  });

  test("a fixed token is not tried twice", async () => {
    const { seen, connect } = await guarded(new Set());
    const error = await failure(connect({ token: "bad" }).service(CheckInService).checkIn({}));
    expect(error.reason).toBe("UNAUTHENTICATED");
    expect(seen).toHaveLength(1);
  });

  test("a token that is about to end is replaced without a call waiting for it", async () => {
    const ending = unsigned({ sub: "v", exp: inSeconds(61) });
    const fresh = unsigned({ sub: "v", exp: inSeconds(3_600) });
    const { seen, connect } = await guarded(new Set([ending, fresh]));
    let answer: (token: string) => void = () => undefined;
    const answers = [Promise.resolve(ending), new Promise<string>((resolve) => (answer = resolve))];
    let asked = 0;
    const client = connect({ token: () => answers[asked++] ?? "" }).service(CheckInService);
    await client.checkIn({});
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await client.checkIn({});
    expect(asked).toBe(2);
    answer(fresh);
    await new Promise((resolve) => setTimeout(resolve, 0));
    await client.checkIn({});
    expect(asked).toBe(2);
    expect(seen).toEqual([ending, ending, fresh]);
  });

  test("a provider that fails ahead of the token's end is not asked again by each call", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_800_000_000_000 });
    onTestFinished(() => void vi.useRealTimers());
    const ending = unsigned({ sub: "v", exp: inSeconds(70) });
    let asked = 0;
    const tokens = new TokenSource(() => (asked++ === 0 ? ending : Promise.reject(new Error("offline"))));
    await tokens.get();
    const askedAt: number[] = [];
    for (let second = 0; second < 60; second++) {
      const before = asked;
      expect(await tokens.get()).toBe(ending);
      if (asked > before) {
        askedAt.push(second);
      }
      await new Promise((resolve) => setImmediate(resolve)); // The provider's failure.
      vi.setSystemTime(Date.now() + 1_000);
    }
    expect(askedAt).toEqual([11, 16, 21, 26, 31, 36, 41, 46, 51, 56]);
  });

  test("a device whose clock is ahead does not ask for a token with every call", async () => {
    const old = unsigned({ sub: "v", exp: inSeconds(-3_600) });
    const { connect } = await guarded(new Set([old]));
    let asked = 0;
    const client = connect({
      token: () => {
        asked++;
        return old;
      },
    }).service(CheckInService);
    await client.checkIn({});
    await client.checkIn({});
    expect(asked).toBe(1);
  });

  test("a provider that fails is asked again, and its failure is told", async () => {
    const { connect } = await guarded(new Set(["good"]));
    let asked = 0;
    const recovers = connect({
      token: () => {
        asked++;
        return asked < 3 ? Promise.reject(new Error("offline")) : "good";
      },
    });
    await recovers.service(CheckInService).checkIn({});
    const fails = connect({ token: () => Promise.reject(new Error("offline")) });
    const error = await failure(fails.service(CheckInService).checkIn({}));
    expect(error.reason).toBe("TOKEN_UNAVAILABLE");
    expect(error.message).toContain("offline");
  });

  test("an answer that is no token is told as the provider's failure, and is not kept", async () => {
    const { seen, connect } = await guarded(new Set(["good"]));
    const answers = ["<html>\n502 Bad Gateway\n</html>", "令牌", "good\n"];
    let asked = 0;
    const flywheel = connect({ token: () => answers[asked++] ?? "", retry: { attempts: 1 } });
    for (const characters of [30, 2]) {
      const error = await failure(flywheel.service(CheckInService).checkIn({}));
      expect(error.reason).toBe("TOKEN_UNAVAILABLE");
      expect(error.message).toContain(`${characters} characters that are no token`);
    }
    await flywheel.service(CheckInService).checkIn({});
    expect(seen).toEqual(["good"]);
  });

  test("a provider that never answers is given up, and asked again", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    let asked = 0;
    const tokens = new TokenSource(() => (asked++ === 0 ? new Promise(() => undefined) : "good"));
    const first = failure(tokens.get());
    await vi.advanceTimersByTimeAsync(60_000);
    expect((await first).reason).toBe("TOKEN_UNAVAILABLE");
    expect(await tokens.get()).toBe("good");
  });

  test("nothing is sent for nobody", async () => {
    const { seen, connect } = await guarded(new Set());
    let signedOut = 0;
    const flywheel = connect({ token: () => "", onSignedOut: () => signedOut++ });
    const error = await failure(flywheel.service(CheckInService).checkIn({}));
    expect(error.reason).toBe("UNAUTHENTICATED");
    expect(seen).toEqual([]);
    expect(signedOut).toBe(1);
  });

  test("the claims of a token can be read, umlauts and all", async () => {
    const token = unsigned({ merchant: "m", role: "viewer", sub: "观众" });
    const flywheel = createFlywheel({ baseUrl: "http://127.0.0.1:1", token });
    expect(await flywheel.claims()).toMatchObject({ merchant: "m", role: "viewer", sub: "观众" });
    const keyed = createFlywheel({ baseUrl: "http://127.0.0.1:1", token: "api-key" });
    expect(await keyed.claims()).toBeUndefined();
  });
});
