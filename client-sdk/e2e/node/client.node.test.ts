import {
  CheckInService,
  createFlywheel,
  FlywheelError,
  joinRoom,
  PointsService,
  RoomService,
  TaskService,
  ViewerService,
  type Flywheel,
  type Viewer,
} from "@flywheel/client";
import { expect, onTestFinished, test } from "vitest";
import { Merchant } from "../harness/merchant.js";
import { SHORT_STEPS } from "../harness/programs.js";
import { describeWithService, until } from "./service.js";

async function failure(promise: Promise<unknown>): Promise<FlywheelError> {
  const caught: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(caught).toBeInstanceOf(FlywheelError);
  return caught as FlywheelError;
}

describeWithService("the client and the service", (service) => {
  let merchants = 0;

  /** A merchant with a program, and a viewer of theirs. */
  async function viewer(id = "viewer-1") {
    const merchant = new Merchant(service(), `client-${++merchants}`);
    await merchant.apply(SHORT_STEPS);
    return { merchant, flywheel: as(merchant, id) };
  }

  function as(merchant: Merchant, id: string): Flywheel {
    return createFlywheel({
      baseUrl: service().baseUrl,
      token: () => merchant.token("viewer", id),
    });
  }

  function join(flywheel: Flywheel) {
    const facts: string[] = [];
    const session = joinRoom(flywheel, {
      roomId: "room-1",
      likeIntervalMillis: 50,
      onFacts: (news) => facts.push(...news.map(({ what }) => what.case ?? "")),
    });
    onTestFinished(() => session.leave().catch(() => undefined));
    return { session, facts };
  }

  /** The viewer's stream in the background: the snapshots and the kinds of facts that it told. */
  function watch(flywheel: Flywheel) {
    const snapshots: Viewer[] = [];
    const facts: string[] = [];
    const control = new AbortController();
    onTestFinished(() => {
      control.abort();
    });
    const updates = flywheel.watch(
      ViewerService.method.watchViewer,
      {},
      { signal: control.signal, backoff: { initialMillis: 100, maxMillis: 500 } },
    );
    void (async () => {
      for await (const { update } of updates) {
        if (update.case === "snapshot") snapshots.push(update.value);
        else facts.push(...(update.value?.facts ?? []).map(({ what }) => what.case ?? ""));
      }
    })();
    return { snapshots, facts };
  }

  test("a viewer comes, checks in, likes, comments, claims, and is told of everything", async () => {
    const { merchant, flywheel } = await viewer();
    const stream = watch(flywheel);
    await until(() => stream.snapshots.length === 1, "the first snapshot");
    const { session, facts } = join(flywheel);
    await session.entered;

    const { standing } = await flywheel.service(CheckInService).checkIn({});
    expect(standing?.streak).toBe(1);
    for (let i = 0; i < 3; i++) session.like();
    await until(() => facts.includes("taskCompleted") || facts.includes("tierReached"), "the tier");
    expect(await merchant.count("viewer-1", "likes")).toBe(3);

    expect((await session.comment("你好")).map(({ what }) => what.case)).toContain("tierReached");
    const { facts: paid } = await flywheel
      .service(TaskService)
      .claimTaskReward({ taskId: "comments", tier: 0 });
    expect(paid.map(({ what }) => what.case)).toContain("pointsBooked");
    const { balance } = await flywheel.service(PointsService).getBalance({});
    expect(balance).toBe(10n + 5n + 20n);
    expect(await merchant.balance("viewer-1")).toBe(35);

    await session.leave();
    await until(() => stream.facts.includes("roomLeft"), "the end of the visit in the stream");
    for (const told of ["roomEntered", "checkedIn", "tierReached", "pointsBooked"]) {
      expect(stream.facts).toContain(told);
    }
  });

  test("heartbeats prove watch time", async () => {
    const { flywheel } = await viewer();
    const { session, facts } = join(flywheel);
    await session.entered;
    await until(() => facts.includes("watchCredited"), "watch time", 30);
    expect(session.state).toBe("present");
  });

  test("watch time goes on over a page that ended without a word", async () => {
    const { flywheel } = await viewer();
    await flywheel.service(RoomService).enterRoom({ roomId: "room-1" });
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const credited: bigint[] = [];
    const session = joinRoom(flywheel, {
      roomId: "room-1",
      onState: () => session.beat(),
      onFacts: (news) => {
        for (const { what } of news) {
          if (what.case === "watchCredited") credited.push(what.value.creditedMillis);
        }
      },
    });
    onTestFinished(() => session.leave().catch(() => undefined));
    await until(() => credited.length > 0, "watch time");
    expect(credited[0]).toBeGreaterThanOrEqual(2_000n);
    expect(credited[0]).toBeLessThan(5_000n);
  });

  test("a session that another device ended is begun again", async () => {
    const { merchant, flywheel } = await viewer();
    const { session, facts } = join(flywheel);
    await session.entered;
    await as(merchant, "viewer-1").service(RoomService).leaveRoom({ roomId: "room-1" });
    await session.comment("still here");
    expect(facts.filter((fact) => fact === "roomEntered").length).toBeGreaterThanOrEqual(2);
  });

  test("refusals are told by reason, with fields and the id of the write", async () => {
    const { merchant, flywheel } = await viewer();
    const rooms = flywheel.service(RoomService);
    const invalid = await failure(rooms.enterRoom({ roomId: "no room" }));
    expect(invalid.reason).toBe("INVALID_FIELD");
    expect(invalid.fields.map(({ field }) => field)).toEqual(["room_id"]);

    const act = { roomId: "room-1", what: { case: "followed", value: {} } } as const;
    expect((await failure(rooms.act(act))).reason).toBe("NOT_IN_ROOM");
    const { adjustPoints } = flywheel.service(PointsService);
    const notAllowed = await failure(adjustPoints({ amount: 5n, reason: "mine" }));
    expect(notAllowed.reason).toBe("NOT_ALLOWED");

    await rooms.enterRoom({ roomId: "room-1" });
    const liked = (count: number) => ({
      roomId: "room-1",
      requestId: "like-1",
      what: { case: "liked", value: { count } } as const,
    });
    await rooms.act(liked(2));
    await rooms.act(liked(2));
    expect(await merchant.count("viewer-1", "likes")).toBe(2);
    const reused = await failure(rooms.act(liked(3)));
    expect(reused.reason).toBe("REQUEST_ID_REUSED");
    expect(reused.requestId).toBe("like-1");
  });

  test("a token that has ended is replaced, in calls and in streams", async () => {
    const { merchant } = await viewer();
    const tokens = (...ttls: number[]) => {
      let asked = 0;
      return () => {
        const ttlSeconds = ttls[Math.min(asked++, ttls.length - 1)] ?? 0;
        return merchant.token("viewer", "viewer-1", { ttlSeconds });
      };
    };
    const { baseUrl } = service();
    const replaced = createFlywheel({ baseUrl, token: tokens(-60, 600) });
    await replaced.service(TaskService).listTasks({});
    const stream = watch(createFlywheel({ baseUrl, token: tokens(-60, 600) }));
    await until(() => stream.snapshots.length === 1, "the snapshot");
    let signedOut = 0;
    const ended = createFlywheel({ baseUrl, token: tokens(-60), onSignedOut: () => signedOut++ });
    const error = await failure(ended.service(TaskService).listTasks({}));
    expect(error.reason).toBe("UNAUTHENTICATED");
    expect(signedOut).toBe(1);
  });

  test("a server that is killed loses nothing: likes count once, the session and the stream go on", async () => {
    const { merchant, flywheel } = await viewer();
    const stream = watch(flywheel);
    const { session } = join(flywheel);
    await session.entered;
    session.like(2);
    await until(async () => (await merchant.count("viewer-1", "likes")) === 2, "the first likes");

    session.like(3);
    await service().stopServer("SIGKILL");
    for (let i = 0; i < 5; i++) {
      session.like();
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    const snapshots = stream.snapshots.length;
    await service().startServer();
    await until(async () => (await merchant.count("viewer-1", "likes")) >= 10, "all likes", 40);
    await until(() => stream.snapshots.length > snapshots, "another snapshot");
    await until(() => session.state === "present", "the session");
    await session.leave();
    expect(await merchant.count("viewer-1", "likes")).toBe(10);
  }, 120_000);
});
