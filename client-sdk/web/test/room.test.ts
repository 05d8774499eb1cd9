import { Code, type ServiceImpl } from "@connectrpc/connect";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  createFlywheel,
  joinRoom,
  RoomService,
  type LikeStorage,
  type RoomOptions,
  type RoomState,
  type TokenProvider,
} from "../src/index.js";
import { Page } from "./page.js";
import { Peer, refusal, uncaughtErrors, unsigned, until } from "./peer.js";

interface Call {
  readonly rpc: "enter" | "heartbeat" | "leave" | "act";
  readonly id: string;
  readonly what: string;
}

const millis = (value: number) => ({
  seconds: BigInt(Math.floor(value / 1000)),
  nanos: (value % 1000) * 1e6,
});

/** A room with sessions, tokens and the first answer for a repeated id, as the contract has it. */
class RoomPeer {
  readonly calls: Call[] = [];
  readonly #answered = new Map<string, number>();
  readonly #entries = new Map<string, string>();
  peer!: Peer;
  /** The session of the viewer who is in. */
  session = 0;
  intervalMillis = 40;
  /** How many likes were counted, each id once. */
  likes = 0;
  refuse: ((call: Call) => void) | undefined;
  /** What the answers of a method wait for. */
  readonly answers: Partial<Record<Call["rpc"], Promise<void>>> = {};

  static async start(): Promise<RoomPeer> {
    const room = new RoomPeer();
    room.peer = await Peer.start((router) => router.service(RoomService, room.#service()));
    return room;
  }

  of(rpc: Call["rpc"]): Call[] {
    return this.calls.filter((call) => call.rpc === rpc);
  }

  #service(): Partial<ServiceImpl<typeof RoomService>> {
    const heartbeatInterval = () => millis(this.intervalMillis);
    const token = () => `session-${this.session}`;
    const entered = (firstVisit: boolean) => ({
      what: { case: "roomEntered" as const, value: { roomId: "r", firstVisit } },
    });
    return {
      enterRoom: async ({ requestId, timeZone }) => {
        this.#take({ rpc: "enter", id: requestId, what: timeZone });
        if (!this.#entries.has(requestId)) {
          this.session++;
          this.#entries.set(requestId, token());
        }
        const heartbeatToken = this.#entries.get(requestId) ?? "";
        const facts = [entered(this.session === 1)];
        await this.answers.enter;
        return { heartbeatToken, heartbeatInterval: heartbeatInterval(), facts };
      },
      heartbeat: async ({ requestId, heartbeatToken }) => {
        this.#take({ rpc: "heartbeat", id: requestId, what: heartbeatToken });
        if (heartbeatToken !== token()) {
          throw refusal(Code.FailedPrecondition, "SESSION_ENDED");
        }
        await this.answers.heartbeat;
        return { heartbeatToken, heartbeatInterval: heartbeatInterval() };
      },
      leaveRoom: ({ requestId }) => {
        this.#take({ rpc: "leave", id: requestId, what: "" });
        this.session = 0;
        return {};
      },
      act: async ({ requestId, what }) => {
        const count = what.case === "liked" ? (what.value.count ?? 1) : 0;
        await this.answers.act;
        this.#take({ rpc: "act", id: requestId, what: count ? String(count) : `${what.case}` });
        const before = this.#answered.get(requestId);
        if (before !== undefined && before !== count) {
          throw refusal(Code.AlreadyExists, "REQUEST_ID_REUSED");
        }
        if (this.session === 0) {
          throw refusal(Code.FailedPrecondition, "NOT_IN_ROOM");
        }
        this.#answered.set(requestId, count);
        this.likes += before === undefined ? count : 0;
        return { facts: [entered(false)] };
      },
    };
  }

  #take(call: Call): void {
    this.calls.push(call);
    this.refuse?.(call);
  }
}

const never = new Promise<void>(() => undefined);

const token = unsigned({ merchant: "m", role: "viewer", sub: "v1" });

function join(room: RoomPeer, options: Partial<RoomOptions> = {}, provider: TokenProvider = token) {
  const states: RoomState[] = [];
  const facts: string[] = [];
  const lost: { count: number; reason: string | undefined }[] = [];
  const flywheel = createFlywheel({
    baseUrl: room.peer.baseUrl,
    token: provider,
    retry: { attempts: 2, initialMillis: 5, maxMillis: 10 },
  });
  const session = joinRoom(flywheel, {
    roomId: "r",
    likeIntervalMillis: 20,
    backoff: { initialMillis: 10, maxMillis: 50 },
    onState: (state) => states.push(state),
    onFacts: (news) => facts.push(...news.map(({ what }) => what.case ?? "")),
    onLikesLost: (count, error) => lost.push({ count, reason: error?.reason }),
    ...options,
  });
  onTestFinished(() => session.leave().catch(() => undefined));
  return { session, states, facts, lost };
}

describe("a room session", () => {
  test("enters, sends heartbeats with the token it got, and leaves", async () => {
    const room = await RoomPeer.start();
    const { session, states, facts } = join(room, { timeZone: "Asia/Shanghai" });
    await session.entered;
    expect(session.state).toBe("entering");
    await until(() => room.of("heartbeat").length >= 3, "three heartbeats");
    expect(session.state).toBe("present");
    await session.leave();
    expect(room.of("enter").map((call) => call.what)).toEqual(["Asia/Shanghai"]);
    expect(new Set(room.of("heartbeat").map((call) => call.what))).toEqual(new Set(["session-1"]));
    expect(room.of("leave")).toHaveLength(1);
    expect(new Set(room.calls.map((call) => call.id)).size).toBe(room.calls.length);
    expect(states).toEqual(["present", "left"]);
    expect(facts).toEqual(["roomEntered"]);
    const calls = room.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(room.calls).toHaveLength(calls);
  });

  test("comes in again when its session was ended", async () => {
    const room = await RoomPeer.start();
    const { session } = join(room);
    await session.entered;
    room.session = 7;
    await until(() => room.of("enter").length === 2, "the second entry");
    await until(
      () => room.of("heartbeat").some((call) => call.what === "session-8"),
      "a heartbeat of the new session",
    );
  });

  test("gives a sign of life ahead of its time, also where another is under way", async () => {
    const room = await RoomPeer.start();
    const { session } = join(room);
    let answer: () => void = () => undefined;
    room.answers.heartbeat = new Promise((resolve) => (answer = resolve));
    await until(() => room.of("heartbeat").length === 1, "the heartbeat");
    room.intervalMillis = 60_000;
    session.beat();
    answer();
    await until(() => room.of("heartbeat").length === 2, "the heartbeat ahead of its time");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(room.of("heartbeat")).toHaveLength(2);
    session.beat();
    await until(() => room.of("heartbeat").length === 3, "another one");
  });

  test("stops fighting for a session that somebody else keeps ending, until the viewer acts", async () => {
    const room = await RoomPeer.start();
    const { session } = join(room);
    room.refuse = (call) => {
      if (call.rpc === "heartbeat") {
        throw refusal(Code.FailedPrecondition, "SESSION_ENDED");
      }
    };
    await until(() => session.state === "elsewhere", "the state elsewhere");
    const entries = room.of("enter").length;
    expect(entries).toBe(4);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(room.of("enter")).toHaveLength(entries);
    room.refuse = undefined;
    await session.comment("still here");
    expect(room.of("enter")).toHaveLength(entries + 1);
  });

  test("keeps its token while the service is away, and goes on with it", async () => {
    const room = await RoomPeer.start();
    const { session, states } = join(room);
    await session.entered;
    room.peer.intercept = (socket) => !!socket.resetAndDestroy();
    await until(() => session.state === "reconnecting", "the state reconnecting");
    const beats = room.of("heartbeat").length;
    room.peer.intercept = undefined;
    await until(() => session.state === "present", "the state present");
    expect(room.of("heartbeat").length).toBeGreaterThan(beats);
    expect(room.of("enter")).toHaveLength(1);
    expect(states.filter((state) => state === "entering")).toEqual([]);
  });

  test("gets in once the service is there", async () => {
    const room = await RoomPeer.start();
    room.peer.intercept = (socket, request) => request < 6 && !!socket.resetAndDestroy();
    const { session } = join(room);
    await session.entered;
  });

  test("enters once, though the answers are lost for longer than one call is repeated", async () => {
    const room = await RoomPeer.start();
    let lostAnswers = 0;
    room.refuse = (call) => {
      if (call.rpc === "enter" && lostAnswers < 5) {
        lostAnswers++;
        queueMicrotask(() => room.peer.cut());
      }
    };
    const { session } = join(room);
    await session.entered;
    await until(() => session.state === "present", "the state present");
    expect(new Set(room.of("enter").map((call) => call.id)).size).toBe(1);
    expect(room.session).toBe(1);
  });

  test("finds out at once that the session of an answer that was long on its way has ended", async () => {
    const room = await RoomPeer.start();
    room.intervalMillis = 60_000;
    let lostAnswers = 0;
    room.refuse = (call) => {
      if (call.rpc === "enter" && lostAnswers < 3) {
        lostAnswers++;
        queueMicrotask(() => room.peer.cut());
      } else if (call.rpc === "enter") {
        room.session += room.session === 1 ? 1 : 0;
      }
    };
    const { session } = join(room);
    await until(() => session.state === "present", "the state present");
    expect(room.session).toBe(3);
    expect(new Set(room.of("enter").map((call) => call.id)).size).toBe(2);
  });

  test("is left by whoever leaves on the way in", async () => {
    const room = await RoomPeer.start();
    const { session } = join(room);
    await session.leave();
    expect(room.calls.map((call) => call.rpc)).toEqual(["enter", "leave"]);
  });

  test("is left for good though the entry is not answered", async () => {
    const room = await RoomPeer.start();
    room.answers.enter = never;
    const { session } = join(room);
    await until(() => room.of("enter").length === 1, "the entry");
    const began = Date.now();
    await session.leave();
    expect(Date.now() - began).toBeLessThan(8_000);
    expect(room.calls.map((call) => call.rpc)).toEqual(["enter", "leave"]);
    await expect(session.entered).rejects.toMatchObject({ reason: "NOT_IN_ROOM" });
  });

  test("is left without a wait for the heartbeat that is under way", async () => {
    const room = await RoomPeer.start();
    room.answers.heartbeat = never;
    const { session, states } = join(room);
    await until(() => room.of("heartbeat").length === 1, "the heartbeat");
    const began = Date.now();
    await session.leave();
    expect(Date.now() - began).toBeLessThan(8_000);
    expect(room.of("leave")).toHaveLength(1);
    expect(states).toEqual(["present", "left"]);
  });

  test("is left once, however often that is asked for", async () => {
    const room = await RoomPeer.start();
    const { session } = join(room, { likeIntervalMillis: 60_000 });
    await session.entered;
    session.like(3);
    await Promise.all([session.leave(), session.leave()]);
    await session.leave();
    expect(room.likes).toBe(3);
    expect(room.of("leave")).toHaveLength(1);
  });

  test("is left by a page that is closed on the way in, and begun anew if the page is back", async () => {
    const page = Page.open();
    const room = await RoomPeer.start();
    let answer: () => void = () => undefined;
    room.answers.enter = new Promise((resolve) => (answer = resolve));
    room.intervalMillis = 60_000;
    const { session } = join(room);
    await until(() => room.of("enter").length === 1, "the entry");
    page.close();
    await until(() => room.of("leave").length === 1, "the leave");
    answer();
    await until(() => room.of("enter").length === 2, "the second entry");
    await until(() => session.state === "present", "the state present");
    expect(room.session).toBe(1);
  });

  test("comes in again at once where a heartbeat's answer comes after the session was given up", async () => {
    const room = await RoomPeer.start();
    const { session } = join(room);
    let answer: () => void = () => undefined;
    room.answers.heartbeat = new Promise((resolve) => (answer = resolve));
    await until(() => room.of("heartbeat").length === 1, "the heartbeat");
    room.intervalMillis = 60_000;
    room.session = 0;
    const comment = session.comment("hello");
    await until(() => room.of("act").length === 1, "the refusal of the comment");
    await new Promise((resolve) => setTimeout(resolve, 20));
    answer();
    await comment;
    expect(room.of("enter")).toHaveLength(2);
  });

  test("fails where the viewer may not be, and says why", async () => {
    const room = await RoomPeer.start();
    room.refuse = () => {
      throw refusal(Code.PermissionDenied, "NOT_ALLOWED");
    };
    const { session } = join(room);
    await expect(session.entered).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
    expect(session.state).toBe("failed");
    await expect(session.follow()).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
    expect(room.calls).toHaveLength(1);
  });

  test("enters without the device's time zone where the service does not know it", async () => {
    const room = await RoomPeer.start();
    room.refuse = ({ rpc, what }) => {
      if (rpc === "enter" && what !== "") {
        const fields = [{ field: "time_zone", description: `"${what}" (expected: an IANA name)` }];
        throw refusal(Code.InvalidArgument, "INVALID_FIELD", { fields });
      }
    };
    const entries = () => room.of("enter").map((call) => call.what);
    const named = join(room, { timeZone: "Mars/Olympus" });
    await expect(named.session.entered).rejects.toMatchObject({ reason: "INVALID_FIELD" });

    const deviceZone = vi.spyOn(Intl.DateTimeFormat.prototype, "resolvedOptions");
    onTestFinished(() => void vi.restoreAllMocks());
    deviceZone.mockReturnValue({ timeZone: "Etc/Unknown" } as Intl.ResolvedDateTimeFormatOptions);
    const odd = join(room);
    await odd.session.entered;
    room.session = 7;
    await until(() => room.session === 8, "the next entry");
    await odd.session.leave();
    expect(entries()).toEqual(["Mars/Olympus", "Etc/Unknown", "", ""]);

    deviceZone.mockReturnValue({} as Intl.ResolvedDateTimeFormatOptions);
    await join(room).session.entered;
    expect(entries()).toHaveLength(5);
    expect(entries()[4]).toBe("");
  });

  test("rests while the page is hidden, with the time until then counted", async () => {
    const page = Page.open();
    const room = await RoomPeer.start();
    room.intervalMillis = 60_000;
    const { session } = join(room);
    await session.entered;
    await until(() => session.state === "present", "the state present");
    room.intervalMillis = 20; // What the one more heartbeat is told.
    page.hide();
    await until(() => session.state === "hidden", "the state hidden");
    expect(room.of("heartbeat")).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(room.of("heartbeat")).toHaveLength(1);
    page.show();
    await until(() => room.of("heartbeat").length >= 3, "heartbeats of the seen page");
    expect(room.of("enter")).toHaveLength(1);
  });

  test("of a page that is opened hidden is begun when the page is first seen", async () => {
    const page = Page.open();
    page.hide();
    const room = await RoomPeer.start();
    const { session, states } = join(room);
    await until(() => session.state === "hidden", "the state hidden");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(room.peer.requests).toBe(0);
    page.show();
    await session.entered;
    await until(() => session.state === "present", "the state present");
    expect(states).toEqual(["hidden", "entering", "present"]);
  });

  test.each(["before", "after"])(
    "rests in a hidden page, also where the service went away %s the entry",
    async (when) => {
      const page = Page.open();
      const room = await RoomPeer.start();
      const { session } = join(room);
      if (when === "after") {
        await until(() => session.state === "present", "the state present");
      }
      room.peer.intercept = (socket) => !!socket.resetAndDestroy();
      await until(() => session.state === "reconnecting", "the state reconnecting");
      page.hide();
      await until(() => session.state === "hidden", "the state hidden");
      const { requests } = room.peer;
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(room.peer.requests).toBe(requests);
      room.peer.intercept = undefined;
      page.show();
      await until(() => session.state === "present", "the state present");
      expect(room.of("enter")).toHaveLength(1);
    },
  );

  test("that was ended while the page is hidden is begun again when the page is seen", async () => {
    const page = Page.open();
    const room = await RoomPeer.start();
    room.intervalMillis = 60_000;
    const { session } = join(room);
    await until(() => session.state === "present", "the state present");
    room.session = 7;
    page.hide();
    await until(() => session.state === "hidden", "the state hidden");
    expect(room.of("enter")).toHaveLength(1);
    page.show();
    await until(() => session.state === "present", "the state present");
    expect(room.of("enter")).toHaveLength(2);
  });

  test("goes on for a viewer who is often away for long", async () => {
    const page = Page.open();
    const room = await RoomPeer.start();
    room.intervalMillis = 60_000;
    const { session, states } = join(room);
    for (let i = 0; i < 6; i++) {
      await until(() => session.state === "present", "the state present");
      page.hide();
      await until(() => session.state === "hidden", "the state hidden");
      room.session = 10 * (i + 1);
      page.show();
    }
    await until(() => session.state === "present", "the state present");
    expect(states).not.toContain("elsewhere");
  });

  test("counts on in a hidden page where the app wants it", async () => {
    const page = Page.open();
    const room = await RoomPeer.start();
    const { session } = join(room, { watchWhileHidden: true });
    await session.entered;
    page.hide();
    const before = room.of("heartbeat").length;
    await until(() => room.of("heartbeat").length >= before + 3, "three more heartbeats");
  });

  test("leaves with the page, after the likes, and comes in again if the page is back", async () => {
    const page = Page.open();
    const room = await RoomPeer.start();
    room.intervalMillis = 60_000;
    const { session } = join(room, { likeIntervalMillis: 60_000 });
    await session.entered;
    session.like(3);
    page.close();
    page.hide();
    await until(() => room.of("leave").length === 1, "the leave");
    await until(() => room.likes === 3, "the likes");
    expect(room.of("enter")).toHaveLength(1);
    page.show();
    await until(() => room.of("enter").length === 2, "the second entry");
  });

  test("is begun anew by a page that is back, though it was never told to be hidden", async () => {
    const page = Page.open();
    const room = await RoomPeer.start();
    room.intervalMillis = 60_000;
    const { session } = join(room);
    await until(() => session.state === "present", "the state present");
    page.close();
    await until(() => room.of("leave").length === 1, "the leave");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(room.of("enter")).toHaveLength(1);
    page.reopen();
    await until(() => room.of("enter").length === 2, "the second entry");
  });

  test("comes in again after its leave, however long that takes", async () => {
    const page = Page.open();
    const room = await RoomPeer.start();
    room.intervalMillis = 60_000;
    const { session } = join(room);
    await session.entered;
    room.refuse = (call) => {
      if (call.rpc === "leave" && room.of("leave").length === 1) {
        throw refusal(Code.Unavailable, "SHUTTING_DOWN", { retryAfterMillis: 50 });
      }
    };
    page.close();
    page.hide();
    page.show();
    await until(() => room.of("enter").length === 2, "the second entry");
    await until(() => room.of("leave").length === 2, "the leave");
    const moves = room.calls.map((call) => call.rpc).filter((rpc) => rpc !== "heartbeat");
    expect(moves).toEqual(["enter", "leave", "leave", "enter"]);
  });
});

describe("acts", () => {
  test("answer what they set off, and tell it", async () => {
    const room = await RoomPeer.start();
    const { session, facts } = join(room);
    const answers = [
      await session.comment("hello"),
      await session.share("wechat"),
      await session.follow(),
      await session.click("goods-1"),
    ];
    expect(answers.map((answer) => answer.length)).toEqual([1, 1, 1, 1]);
    await until(() => facts.length === 5, "all facts");
    const acts = room.of("act").map((call) => call.what);
    expect(acts).toEqual(["commented", "shared", "followed", "clicked"]);
  });

  test("come in again first where the viewer is no longer in the room", async () => {
    const room = await RoomPeer.start();
    room.intervalMillis = 60_000;
    const { session } = join(room);
    await session.entered;
    room.session = 0;
    await session.comment("hello");
    const [first, second] = room.of("act");
    expect(first?.id).toBe(second?.id);
    expect(room.of("enter")).toHaveLength(2);
  });

  test("are refused after the viewer has left", async () => {
    const room = await RoomPeer.start();
    const { session, lost } = join(room);
    await session.entered;
    await session.leave();
    await expect(session.comment("late")).rejects.toMatchObject({ reason: "NOT_IN_ROOM" });
    session.like();
    await until(() => lost.length === 1, "the lost like");
  });
});

describe("likes", () => {
  test("within a moment are one call", async () => {
    const room = await RoomPeer.start();
    const { session } = join(room);
    for (let i = 0; i < 10; i++) {
      session.like();
    }
    await until(() => room.likes === 10, "ten likes");
    expect(room.of("act").map((call) => call.what)).toEqual(["10"]);
  });

  test("more than a call may carry are several calls, in order", async () => {
    const room = await RoomPeer.start();
    const { session } = join(room);
    session.like(2_400);
    await until(() => room.likes === 2_400, "2,400 likes");
    expect(room.of("act").map((call) => call.what)).toEqual(["1000", "1000", "400"]);
  });

  test("outlive an outage and are counted once, though answers were lost", async () => {
    const room = await RoomPeer.start();
    const { session } = join(room);
    await session.entered;
    let lostAnswers = 0;
    room.refuse = (call) => {
      if (call.rpc === "act" && lostAnswers < 3) {
        lostAnswers++;
        // The service counts it, and its answer does not arrive.
        queueMicrotask(() => room.peer.cut());
      }
    };
    for (let i = 0; i < 20; i++) {
      session.like();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await session.leave();
    expect(lostAnswers).toBe(3);
    expect(room.likes).toBe(20);
  });

  test("are delivered by leave, though the session was ended meanwhile", async () => {
    const room = await RoomPeer.start();
    const { session } = join(room, { likeIntervalMillis: 60_000 });
    room.refuse = (call) => {
      if (call.rpc === "heartbeat") {
        throw refusal(Code.FailedPrecondition, "SESSION_ENDED");
      }
    };
    session.like(6);
    await until(() => session.state === "elsewhere", "the state elsewhere");
    await session.leave();
    expect(room.likes).toBe(6);
    expect(room.of("leave")).toHaveLength(1);
  });

  test("that can't be delivered before the session has failed are told as lost", async () => {
    const room = await RoomPeer.start();
    room.refuse = () => {
      throw refusal(Code.PermissionDenied, "NOT_ALLOWED");
    };
    const { session, lost } = join(room, { likeIntervalMillis: 60_000 });
    session.like(4);
    await expect(session.entered).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
    await until(() => lost.length === 1, "the lost likes");
    expect(lost).toEqual([{ count: 4, reason: undefined }]);
  });

  test("that are refused after the session has failed are told as lost once", async () => {
    const room = await RoomPeer.start();
    let answer: () => void = () => undefined;
    room.answers.act = new Promise((resolve) => (answer = resolve));
    room.intervalMillis = 60_000;
    const { session, lost } = join(room);
    await until(() => session.state === "present", "the state present");
    session.like(4);
    await until(() => room.peer.requests === 2, "the likes on their way");
    room.refuse = ({ rpc }) => {
      throw rpc === "act"
        ? refusal(Code.FailedPrecondition, "CHAIN_TOO_LONG")
        : refusal(Code.PermissionDenied, "NOT_ALLOWED");
    };
    session.beat();
    await until(() => session.state === "failed", "the end");
    answer();
    await until(() => room.of("act").length > 0, "the refusal");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(lost).toEqual([{ count: 4, reason: undefined }]);
  });

  test("beyond what is kept are told as lost", async () => {
    const room = await RoomPeer.start();
    const { session, lost } = join(room, { likeIntervalMillis: 60_000 });
    session.like(20_500);
    await until(() => lost.length === 1, "the lost likes");
    expect(lost).toEqual([{ count: 500, reason: undefined }]);
  });

  test("that could not be delivered for an hour are told as lost", async () => {
    const room = await RoomPeer.start();
    room.refuse = deliverNothing;
    const { session, lost } = join(room);
    session.like(4);
    await until(() => room.of("act").length > 0, "the first attempt");
    const now = Date.now();
    vi.spyOn(Date, "now").mockImplementation(() => now + 3_700_000);
    onTestFinished(() => void vi.restoreAllMocks());
    await until(() => lost.length === 1, "the lost likes", 5_000_000);
    expect(lost).toEqual([{ count: 4, reason: undefined }]);
    room.refuse = undefined;
    session.like(2);
    await until(() => room.likes === 2, "the next likes", 5_000_000);
  });

  test("that the service refuses are told as lost, and the next ones count", async () => {
    const room = await RoomPeer.start();
    const { session, lost } = join(room);
    room.refuse = (call) => {
      if (call.what === "13") {
        throw refusal(Code.FailedPrecondition, "CHAIN_TOO_LONG");
      }
    };
    session.like(13);
    await until(() => lost.length === 1, "the lost likes");
    expect(lost).toEqual([{ count: 13, reason: "CHAIN_TOO_LONG" }]);
    session.like(2);
    await until(() => room.likes === 2, "two likes");
  });
});

/** localStorage as two pages share it. */
class Shared implements LikeStorage {
  readonly #items = new Map<string, string>();
  changed: () => void = () => undefined;
  get length(): number {
    return this.#items.size;
  }
  key(index: number): string | null {
    return [...this.#items.keys()][index] ?? null;
  }
  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.#items.set(key, value);
    this.changed();
  }
  removeItem(key: string): void {
    this.#items.delete(key);
    this.changed();
  }
  get values(): string[] {
    return [...this.#items.values()];
  }
}

function place(room: RoomPeer, viewer: string, page: string): string {
  const owner = [room.peer.baseUrl, "m", viewer, "r"].map(encodeURIComponent);
  return ["flywheel.likes", ...owner, page].join("/");
}

function batch(requestId: string, count: number, ageMillis: number): string {
  return JSON.stringify([{ requestId, count, atMillis: Date.now() - ageMillis }]);
}

const deliverNothing = (call: Call) => {
  if (call.rpc === "act") {
    throw refusal(Code.Unavailable, "SHUTTING_DOWN");
  }
};

describe("likes that wait in a storage", () => {
  test("are delivered by the next page, under the id that they were first sent with", async () => {
    const storage = new Shared();
    const room = await RoomPeer.start();
    const first = join(room, { storage });
    await first.session.entered;
    room.refuse = (call) => {
      if (call.rpc === "act" && room.of("act").length === 1) {
        queueMicrotask(() => room.peer.cut());
      } else if (call.rpc === "act") {
        throw refusal(Code.Unavailable, "SHUTTING_DOWN");
      }
    };
    first.session.like(5);
    await until(() => room.of("act").length >= 2, "a repetition");
    expect(room.likes).toBe(5);
    first.session.like(2);
    room.refuse = (call) => {
      if (call.rpc === "enter") {
        throw refusal(Code.PermissionDenied, "NOT_ALLOWED");
      }
      if (call.rpc === "heartbeat") {
        throw refusal(Code.FailedPrecondition, "SESSION_ENDED");
      }
      throw refusal(Code.Unavailable, "SHUTTING_DOWN");
    };
    await until(() => first.session.state === "failed", "the end of the first page");
    room.refuse = undefined;
    const next = join(room, { storage });
    await next.session.entered;
    await until(() => room.likes === 7, "seven likes");
    await next.session.leave();
    expect(room.likes).toBe(7);
    expect(storage.values).toEqual([]);
  });

  test("are not put back by a page that is told after its end that they were delivered", async () => {
    const storage = new Shared();
    const room = await RoomPeer.start();
    let answer: () => void = () => undefined;
    room.answers.act = new Promise((resolve) => (answer = resolve));
    room.intervalMillis = 60_000;
    const first = join(room, { storage });
    await until(() => first.session.state === "present", "the state present");
    first.session.like(5);
    await until(() => room.peer.requests === 2, "the first likes on their way");
    first.session.like(2);
    room.refuse = () => {
      throw refusal(Code.PermissionDenied, "NOT_ALLOWED");
    };
    first.session.beat();
    await until(() => first.session.state === "failed", "the end of the first page");
    room.refuse = undefined;
    const places = () => Array.from({ length: storage.length }, (_, i) => storage.key(i));
    const [left] = places();
    const next = join(room, { storage });
    await until(() => places().length === 1 && places()[0] !== left, "the place of the next page alone");
    answer();
    await until(() => room.likes === 7, "seven likes");
    await next.session.leave();
    expect(places()).toEqual([]);
  });

  test("of another viewer are left alone, and those older than an hour are told as lost", async () => {
    const storage = new Shared();
    const room = await RoomPeer.start();
    storage.setItem(place(room, "v2", "page"), batch("theirs", 4, 0));
    storage.setItem(place(room, "v1", "old"), batch("old", 5, 3_700_000));
    storage.setItem(place(room, "v1", "new"), batch("new", 6, 1_000));
    storage.setItem(place(room, "v1", "broken"), "{");
    const { lost } = join(room, { storage });
    await until(() => room.likes === 6, "six likes");
    expect(room.of("act").map((call) => call.id)).toEqual(["new"]);
    expect(lost).toEqual([{ count: 5, reason: undefined }]);
    await until(() => storage.length === 1, "the place of the other viewer alone");
    expect(storage.values[0]).toContain("theirs");
  });

  test("are kept there too by a page that had no token at first", async () => {
    const storage = new Shared();
    const room = await RoomPeer.start();
    storage.setItem(place(room, "v1", "gone"), batch("left behind", 4, 0));
    let asked = 0;
    const { session } = join(room, { storage, likeIntervalMillis: 60_000 }, () =>
      asked++ === 0 ? Promise.reject(new Error("offline")) : token,
    );
    await session.entered;
    session.like(3);
    await until(() => !storage.getItem(place(room, "v1", "gone")), "what was left behind");
    await until(() => storage.values.join().includes('"count":3'), "the likes in the storage");
    expect(storage.length).toBe(1);
  });

  test("lie in one place at least while a page takes them over", async () => {
    const storage = new Shared();
    const room = await RoomPeer.start();
    room.refuse = deliverNothing;
    storage.setItem(place(room, "v1", "gone"), batch("left behind", 4, 0));
    const isKept: boolean[] = [];
    storage.changed = () => isKept.push(storage.values.join().includes("left behind"));
    join(room, { storage });
    await until(() => room.of("act").length > 0, "an attempt");
    expect(storage.getItem(place(room, "v1", "gone"))).toBeNull();
    expect(storage.length).toBe(1);
    expect(isKept).not.toContain(false);
    room.refuse = undefined;
    await until(() => room.likes === 4, "four likes");
  });

  test("stay where they are if there is no room for them in the place of the next page", async () => {
    const storage = new Shared();
    const room = await RoomPeer.start();
    room.refuse = deliverNothing;
    storage.setItem(place(room, "v1", "gone"), batch("left behind", 4, 0));
    storage.setItem = () => {
      throw new DOMException("it is full", "QuotaExceededError");
    };
    join(room, { storage });
    await until(() => room.of("act").length > 0, "an attempt");
    expect(storage.getItem(place(room, "v1", "gone"))).toContain("left behind");
    room.refuse = undefined;
    await until(() => room.likes === 4, "four likes");
  });

  test("are not put there before the place is the page's own", async () => {
    const page = Page.open();
    let grant: () => void = () => undefined;
    const granted = new Promise<void>((resolve) => (grant = resolve));
    const locks = new Locks();
    page.lend({
      request: async (name: string, ...rest: unknown[]) => {
        await granted;
        return await locks.request(name, ...rest);
      },
    });
    const storage = new Shared();
    const room = await RoomPeer.start();
    const { session } = join(room, { storage, likeIntervalMillis: 60_000 });
    await session.entered;
    session.like(3);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(storage.length).toBe(0);
    grant();
    await until(() => storage.length === 1, "the likes in the storage");
  });

  const forbidden = () => {
    throw new DOMException("the browser forbids it", "SecurityError");
  };
  test.each([
    ["locks are refused", {}, { request: async () => forbidden() }],
    ["the length can't be read", { length: forbidden }, new Locks()],
    ["the keys can't be read", { key: forbidden }, new Locks()],
    ["the items can't be read", { getItem: forbidden }, new Locks()],
    ["nothing can be done", { length: forbidden, getItem: forbidden, setItem: forbidden }, new Locks()],
  ])("are kept in memory where %s", async (_, defects, locks) => {
    const uncaught = uncaughtErrors();
    Page.open().lend(locks);
    const room = await RoomPeer.start();
    const storage = new Shared();
    storage.setItem(place(room, "v1", "gone"), batch("left behind", 4, 0));
    for (const [name, get] of Object.entries(defects)) {
      Object.defineProperty(storage, name, name === "length" ? { get } : { value: get });
    }
    const { session } = join(room, { storage });
    session.like(3);
    await until(() => room.likes >= 3, "three likes");
    await session.leave();
    expect(storage.values.join()).toContain("left behind");
    expect(uncaught).toEqual([]);
  });

  test("are told as lost at the end where the browser did not keep them", async () => {
    Page.open().lend({ request: async () => forbidden() });
    const room = await RoomPeer.start();
    const storage = new Shared();
    const { session, lost } = join(room, { storage, likeIntervalMillis: 60_000 });
    await session.entered;
    session.like(3);
    room.refuse = () => {
      throw refusal(Code.PermissionDenied, "NOT_ALLOWED");
    };
    await until(() => session.state === "failed", "the end");
    await until(() => lost.length === 1, "the lost likes");
    expect(lost).toEqual([{ count: 3, reason: undefined }]);
    expect(storage.length).toBe(0);
  });

  test("stay with a page that is alive", async () => {
    const page = Page.open();
    page.lend(new Locks());
    const storage = new Shared();
    const room = await RoomPeer.start();
    room.intervalMillis = 60_000;
    const first = join(room, { storage, likeIntervalMillis: 60_000 });
    await first.session.entered;
    first.session.like(3);
    await until(() => storage.length === 1, "the likes in the storage");
    const second = join(room, { storage });
    await second.session.entered;
    second.session.like(1);
    await until(() => room.likes === 1, "the like of the second page");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(room.likes).toBe(1);
    await first.session.leave();
    expect(room.likes).toBe(4);
  });
});

/** Web Locks as far as they are used here: exclusive, with ifAvailable. */
class Locks {
  readonly #held = new Map<string, Promise<unknown>>();

  request(name: string, ...rest: unknown[]): Promise<unknown> {
    const take = rest.at(-1) as (lock: object | null) => unknown;
    const ifAvailable = rest.length > 1 && (rest[0] as { ifAvailable?: boolean }).ifAvailable;
    const holder = this.#held.get(name);
    if (holder && ifAvailable) {
      return Promise.resolve(take(null));
    }
    const turn = (holder ?? Promise.resolve()).then(() => take({ name }));
    this.#held.set(name, turn);
    return turn.finally(() => {
      if (this.#held.get(name) === turn) {
        this.#held.delete(name);
      }
    });
  }
}
