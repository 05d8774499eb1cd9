import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** A java of version 21 or later: FLYWHEEL_JAVA, JAVA_HOME, or one where systems keep theirs. */
export function findJava(): string {
  if (process.env["FLYWHEEL_JAVA"]) return process.env["FLYWHEEL_JAVA"];
  const homes = [
    process.env["JAVA_HOME"],
    ...inside("/usr/lib/jvm"),
    ...inside(join(homedir(), ".sdkman/candidates/java")),
    ...inside("/Library/Java/JavaVirtualMachines").map((folder) => join(folder, "Contents/Home")),
  ].filter((home): home is string => home !== undefined);
  const [newest] = homes
    .map((home) => ({ home, version: versionOf(home) }))
    .filter(({ version }) => version >= 21)
    .sort((a, b) => b.version - a.version);
  if (!newest) throw new Error("no JDK 21 or later found: point FLYWHEEL_JAVA to its java");
  return join(newest.home, "bin/java");
}

function inside(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

function versionOf(home: string): number {
  const release = join(home, "release");
  if (!existsSync(release)) return 0;
  return Number(/JAVA_VERSION="(\d+)/.exec(readFileSync(release, "utf8"))?.[1] ?? 0);
}
