import { Code, type HandlerContext } from "@connectrpc/connect";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  createFlywheel,
  FlywheelError,
  ViewerService,
  type ConnectionState,
  type WatchOptions,
  type WatchViewerResponse,
} from "../src/index.js";
import { Page } from "./page.js";
import { Peer, refusal, until } from "./peer.js";

const { watchViewer } = ViewerService.method;
type Init = { update: { case: "snapshot"; value: { viewerId: string } } };

const snapshot = (viewerId: string): Init => ({
  update: { case: "snapshot", value: { viewerId } },
});

// eslint-disable-next-line require-yield -- it yields nothing, as its name says
async function* silence(context: HandlerContext): AsyncGenerator<Init> {
  await new Promise<void>((resolve) => {
    context.signal.addEventListener("abort", () => {
      resolve();
    });
  });
}

/** A peer whose n-th stream is what the test says. */
async function watchPeer(stream: (number: number, context: HandlerContext) => AsyncIterable<Init>) {
  let streams = 0;
  const ended: number[] = [];
  const peer = await Peer.start((router) => {
    router.service(ViewerService, {
      async *watchViewer(_, context) {
        const number = ++streams;
        context.signal.addEventListener("abort", () => ended.push(number));
        yield* stream(number, context);
      },
    });
  });
  return { peer, ended, streams: () => streams };
}

/** Watches in the background and keeps what comes. */
function watching(peer: Peer, options: WatchOptions = {}, token?: () => string) {
  const states: ConnectionState[] = [];
  const seen: string[] = [];
  const control = new AbortController();
  const flywheel = createFlywheel({ baseUrl: peer.baseUrl, ...(token ? { token } : {}) });
  const updates = flywheel.watch(
    watchViewer,
    {},
    {
      backoff: { initialMillis: 10, maxMillis: 40 },
      signal: control.signal,
      onState: (state) => states.push(state),
      ...options,
    },
  );
  const name = ({ update }: WatchViewerResponse) =>
    update.case === "snapshot" ? update.value.viewerId : update.case;
  const end = (async () => {
    for await (const update of updates) {
      seen.push(name(update) ?? "");
    }
  })();
  end.catch(() => undefined);
  return { states, seen, end, stop: () => control.abort() };
}

describe("a watch", () => {
  test("is live with the first update and connects again with each loss", async () => {
    const { peer } = await watchPeer(async function* (number, context) {
      yield snapshot(`s${number}`);
      yield* silence(context);
    });
    const watch = watching(peer);
    await until(() => watch.seen.length === 1, "the first snapshot");
    peer.cut();
    await until(() => watch.seen.length === 2, "the second snapshot");
    watch.stop();
    await watch.end;
    expect(watch.seen).toEqual(["s1", "s2"]);
    expect(watch.states).toEqual(["connecting", "live", "reconnecting", "live"]);
  });

  test("goes on after a stream that ends, is refused for a while, or has a defect", async () => {
    const { peer } = await watchPeer(async function* (number, context) {
      if (number === 2) {
        throw refusal(Code.ResourceExhausted, "OVERLOADED", { retryAfterMillis: 20 });
      }
      if (number === 3) {
        throw refusal(Code.Internal, "INTERNAL");
      }
      yield snapshot(`s${number}`);
      if (number === 4) {
        throw refusal(Code.Unavailable, "SHUTTING_DOWN");
      }
      if (number === 5) {
        yield* silence(context);
      }
    });
    const watch = watching(peer);
    await until(() => watch.seen.length === 3, "three snapshots");
    expect(watch.seen).toEqual(["s1", "s4", "s5"]);
    watch.stop();
    await watch.end;
  });

  test("waits for a service that is down, and finds it when it is back", async () => {
    const first = await watchPeer(async function* (_, context) {
      yield snapshot("before");
      yield* silence(context);
    });
    const watch = watching(first.peer);
    await until(() => watch.seen.length === 1, "the first snapshot");
    await first.peer.stop();
    await until(() => watch.states.at(-1) === "reconnecting", "the loss");
    await Peer.start((router) => {
      router.service(ViewerService, {
        async *watchViewer(_, context) {
          yield snapshot("after");
          yield* silence(context);
        },
      });
    }, first.peer.port);
    await until(() => watch.seen.length === 2, "the second snapshot");
    watch.stop();
    await watch.end;
    expect(watch.seen).toEqual(["before", "after"]);
  });

  test("finds out that a connection is dead which no one has closed", async () => {
    const { peer, ended } = await watchPeer(async function* (number, context) {
      yield snapshot(`s${number}`);
      yield* silence(context);
    });
    const watch = watching(peer, { idleMillis: 100 });
    await until(() => watch.seen.length >= 2, "the connection that was made anew");
    await until(() => ended.includes(1), "the end of the dead connection");
    watch.stop();
    await watch.end;
  });

  test("does not wait forever for a first update", async () => {
    const { peer } = await watchPeer(async function* (number, context) {
      if (number === 1) {
        yield* silence(context);
      }
      yield snapshot(`s${number}`);
      yield* silence(context);
    });
    const watch = watching(peer, { connectTimeoutMillis: 100 });
    await until(() => watch.seen.includes("s2"), "the second attempt");
    watch.stop();
    await watch.end;
  });

  test("is patient with a reader who is slow", async () => {
    const { peer, streams } = await watchPeer(async function* (_, context) {
      yield snapshot("one");
      yield snapshot("two");
      yield* silence(context);
    });
    const flywheel = createFlywheel({ baseUrl: peer.baseUrl });
    for await (const { update } of flywheel.watch(watchViewer, {}, { idleMillis: 50 })) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      if (update.value && "viewerId" in update.value && update.value.viewerId === "two") {
        break;
      }
    }
    expect(streams()).toBe(1);
  });

  test("ends with the loop, and the connection with it", async () => {
    const { peer, ended } = await watchPeer(async function* (_, context) {
      yield snapshot("one");
      yield* silence(context);
    });
    const flywheel = createFlywheel({ baseUrl: peer.baseUrl });
    for await (const update of flywheel.watch(watchViewer, {})) {
      expect(update.update.case).toBe("snapshot");
      break;
    }
    await until(() => ended.length === 1, "the end of the stream at the service");
  });

  test("ends at once by a signal that was given before", async () => {
    const { peer, streams } = await watchPeer(silenceOf);
    const flywheel = createFlywheel({ baseUrl: peer.baseUrl });
    for await (const update of flywheel.watch(watchViewer, {}, { signal: AbortSignal.abort() })) {
      expect.fail(`came through: ${update.update.case}`);
    }
    expect(streams()).toBe(0);
  });

  test("fails with what connecting again can't cure", async () => {
    // eslint-disable-next-line require-yield
    const { peer, streams } = await watchPeer(async function* () {
      throw refusal(Code.PermissionDenied, "NOT_ALLOWED");
    });
    const watch = watching(peer);
    await expect(watch.end).rejects.toThrow(FlywheelError);
    await expect(watch.end).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
    expect(streams()).toBe(1);
  });

  test("asks for another token when the first is refused, at the start and later", async () => {
    const tokens: (string | null)[] = [];
    const { peer } = await watchPeer(async function* (number, context) {
      tokens.push(context.requestHeader.get("authorization"));
      if (number === 1) {
        throw refusal(Code.Unauthenticated, "UNAUTHENTICATED");
      }
      yield snapshot(`s${number}`);
      if (number === 2) {
        throw refusal(Code.Unauthenticated, "UNAUTHENTICATED");
      }
      yield* silence(context);
    });
    let asked = 0;
    const watch = watching(peer, {}, () => `t${++asked}`);
    await until(() => watch.seen.length === 2, "both snapshots");
    watch.stop();
    await watch.end;
    expect(tokens).toEqual(["Bearer t1", "Bearer t2", "Bearer t3"]);
  });

  test("knows when the network is gone, and is back as soon as it is", async () => {
    const page = Page.open();
    const { peer } = await watchPeer(async function* (number, context) {
      yield snapshot(`s${number}`);
      yield* silence(context);
    });
    const watch = watching(peer, { backoff: { initialMillis: 60_000, maxMillis: 60_000 } });
    await until(() => watch.seen.length === 1, "the first snapshot");
    page.goOffline();
    await until(() => watch.states.at(-1) === "offline", "the state offline");
    page.goOnline();
    await until(() => watch.seen.length === 2, "the second snapshot");
    watch.stop();
    await watch.end;
    expect(watch.states).toEqual(["connecting", "live", "offline", "reconnecting", "live"]);
  });

  test("forgets no event of the page that comes during an attempt", async () => {
    const page = Page.open();
    let refuse: () => void = () => undefined;
    const refused = new Promise<void>((resolve) => (refuse = resolve));
    const { peer, streams } = await watchPeer(async function* (number, context) {
      if (number === 1) {
        yield* silence(context);
      }
      if (number === 2) {
        await refused;
        throw refusal(Code.Unavailable, "SHUTTING_DOWN");
      }
      yield snapshot(`s${number}`);
      yield* silence(context);
    });
    const watch = watching(peer, { backoff: { initialMillis: 600_000, maxMillis: 600_000 } });
    await until(() => streams() === 1, "the first attempt");
    page.goOnline();
    await until(() => streams() === 2, "the second attempt");
    page.hide();
    page.show();
    refuse();
    await until(() => watch.seen.includes("s3"), "the third attempt");
    watch.stop();
    await watch.end;
  });

  test("waits ever longer for a service that dies after each snapshot, until a connection lives", async () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    onTestFinished(() => void vi.restoreAllMocks());
    const times: number[] = [];
    const { peer } = await watchPeer(async function* (number, context) {
      times.push(performance.now());
      yield snapshot(`s${number}`);
      if (number >= 6) {
        yield* silence(context);
      }
    });
    const watch = watching(peer, { backoff: { initialMillis: 50, maxMillis: 60_000 } });
    await until(() => watch.seen.includes("s6"), "the connection that lives");
    const waits = times.slice(1).map((time, i) => time - (times[i] ?? 0));
    [50, 100, 200, 400, 800].forEach((millis, i) => expect(waits[i]).toBeGreaterThanOrEqual(millis - 5));

    const now = Date.now();
    vi.spyOn(Date, "now").mockImplementation(() => now + 11_000);
    const cutAt = performance.now();
    peer.cut();
    await until(() => watch.seen.includes("s7"), "the next connection");
    expect((times[6] ?? 0) - cutAt).toBeLessThan(1_500);
    watch.stop();
    await watch.end;
  });

  test("does not take silence for death while the page is hidden, but does when it is seen again", async () => {
    const page = Page.open();
    const { peer, streams } = await watchPeer(async function* (number, context) {
      yield snapshot(`s${number}`);
      yield* silence(context);
    });
    const watch = watching(peer, { idleMillis: 100 });
    await until(() => watch.seen.length === 1, "the first snapshot");
    page.hide();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(streams()).toBe(1);
    page.show();
    await until(() => watch.seen.length === 2, "the second snapshot");
    watch.stop();
    await watch.end;
  });
});

function silenceOf(_: number, context: HandlerContext): AsyncGenerator<Init> {
  return silence(context);
}
