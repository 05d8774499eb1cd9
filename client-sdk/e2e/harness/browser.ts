import { existsSync } from "node:fs";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Which Chromium is used and how; FLYWHEEL_CHROMIUM names another. */
export const browser = {
  browserName: "chromium" as const,
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
