import { existsSync } from "node:fs";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Which Chromium is used and how; FLYWHEEL_CHROMIUM names another. */
export const browser = {
  browserName: "chromium" as const,
  // Where the programs' days are reckoned, so that what happened some days ago did so for the viewer too.
  timezoneId: "Asia/Shanghai",
  launchOptions: {
    executablePath: process.env["FLYWHEEL_CHROMIUM"] ?? places.find(existsSync) ?? "chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  },
};
