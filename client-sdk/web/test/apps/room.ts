// A room page: the session, check-in, tasks and the viewer's stream.
import { CheckInService, createFlywheel, joinRoom, TaskService, ViewerService } from "../../src/index.js";

const flywheel = createFlywheel({ token: () => sessionStorage.getItem("token") ?? "" });
const session = joinRoom(flywheel, { roomId: "r" });
session.like();
await flywheel.service(CheckInService).checkIn({});
await flywheel.service(TaskService).listTasks({});
for await (const update of flywheel.watch(ViewerService.method.watchViewer, {})) {
  console.log(update.update.case);
}
