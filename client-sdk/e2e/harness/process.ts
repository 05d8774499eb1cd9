import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

/** A process of the suite, with the last of what it said. */
export class Running {
  private readonly said: string[] = [];

  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
  ) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8");
      stream?.on("data", (text: string) => {
        this.said.push(text);
        if (this.said.length > 400) this.said.shift();
      });
    }
  }

  static start(name: string, command: string, args: string[], env: NodeJS.ProcessEnv = {}): Running {
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    child.on("error", (error) => running.said.push(String(error)));
    const running = new Running(name, child);
    // Whatever becomes of the suite, nothing stays behind.
    process.once("exit", () => child.kill("SIGKILL"));
    return running;
  }

  get output(): string {
    return this.said.join("");
  }

  get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Waits until a check holds; fails with what the process said if it ends or the time is up. */
  async until(check: () => Promise<boolean>, seconds: number): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      if (await check().catch(() => false)) return;
      if (this.ended) throw new Error(`${this.name} has ended:\n${this.output}`);
      if (Date.now() > deadline)
        throw new Error(`${this.name} is not ready after ${seconds} s:\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    if (this.ended) return;
    const exit = once(this.child, "exit");
    this.child.kill(signal);
    const timer = setTimeout(() => this.child.kill("SIGKILL"), 30_000);
    await exit;
    clearTimeout(timer);
  }
}

/** Ports that nobody listens on now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Whether a URL answers with 200. */
export async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
  return response.status === 200;
}
