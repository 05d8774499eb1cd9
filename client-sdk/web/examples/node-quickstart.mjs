// A viewer's minute in a room, from Node: enters, checks in, likes, and prints what the viewer's stream tells.
//
//   FLYWHEEL_TOKEN=… node node-quickstart.mjs [address] [room]
import { CheckInService, createFlywheel, FlywheelError, joinRoom, ViewerService } from "@flywheel/client";

const [baseUrl = "http://localhost:8080", roomId = "room-1"] = process.argv.slice(2);
const token = process.env.FLYWHEEL_TOKEN;
if (!token) {
  console.error("FLYWHEEL_TOKEN is not set (expected: a viewer's token)");
  process.exit(1);
}

const flywheel = createFlywheel({ baseUrl, token });
const session = joinRoom(flywheel, {
  roomId,
  onState: (state, error) => console.log(`room: ${state}`, error?.message ?? ""),
});

const watching = new AbortController();

try {
  await session.entered;
  await Promise.all([watch(), visit()]);
} catch (error) {
  if (!(error instanceof FlywheelError)) {
    throw error;
  }
  console.error(error.message);
  process.exitCode = 1;
} finally {
  watching.abort();
  await session.leave().catch(() => {}); // The failure has been told.
}

async function visit() {
  const { alreadyCheckedIn, standing } = await flywheel.service(CheckInService).checkIn({});
  console.log(`checked in${alreadyCheckedIn ? " before" : ""}, streak ${standing?.streak}`);
  session.like(5);
  await session.comment("hello from Node");
  await session.leave();

  const { viewer } = await flywheel.service(ViewerService).getViewer({});
  console.log(`points: ${viewer?.points?.balance}`);
  watching.abort();
}

/** Prints the standing, then each fact, until the visit is over. */
async function watch() {
  const { signal } = watching;
  for await (const { update } of flywheel.watch(ViewerService.method.watchViewer, {}, { signal })) {
    if (update.case === "snapshot") {
      console.log(`stream: ${update.value.points?.balance ?? 0n} points at first`);
    } else {
      console.log("stream:", update.value?.facts.map(({ what }) => what.case).join(", "));
    }
  }
}
