// The least that an app carries: the client and one service.
import { CheckInService, createFlywheel } from "../../src/index.js";

const flywheel = createFlywheel({ token: () => sessionStorage.getItem("token") ?? "" });
await flywheel.service(CheckInService).checkIn({});
