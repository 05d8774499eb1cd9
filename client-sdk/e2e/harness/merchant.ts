import { randomUUID } from "node:crypto";
import type { Deployment } from "./deployment.js";
import { type Claims, token } from "./tokens.js";

type Json = Record<string, unknown>;

export const DAY_MILLIS = 86_400_000;

/** A merchant of a deployment: its tokens, its pages, and its platform, which speaks JSON. */
export class Merchant {
  constructor(
    private readonly deployment: Deployment,
    readonly id: string,
  ) {}

  token(role: Claims["role"], sub: string, more: Partial<Claims> = {}): string {
    const room = role === "viewer" ? { room: "room-1" } : {};
    return token({ merchant: this.id, role, sub, ...room, ...more });
  }

  panelUrl(roomId: string, viewerId: string, query = ""): string {
    return `${this.deployment.baseUrl}/panel/?room=${roomId}${query}#token=${this.token("viewer", viewerId, { room: roomId })}`;
  }

  consoleUrl(path = "", role: "analyst" | "host" | "merchant" = "merchant"): string {
    return `${this.deployment.baseUrl}/console/${path}#token=${this.token(role, "boss")}`;
  }

  /** Puts a program into force, written as YAML. */
  async apply(document: string): Promise<void> {
    await this.call("POST", "/v1/program:apply", { requestId: randomUUID(), source: { document } });
  }

  async applyTemplate(template: string): Promise<void> {
    await this.call("POST", "/v1/program:apply", { requestId: randomUUID(), source: { template } });
  }

  /** Applies a template, under which a viewer has checked in on some days before. */
  async applyTemplateAfter(template: string, viewerId: string, roomId: string, daysAgo: readonly number[]) {
    // Nobody was there to tap, so the past is lived under a variant of it in which entering checks in.
    const { program } = (await this.call("POST", "/v1/program:validate", { source: { template } })) as {
      program: { checkIn: Json };
    };
    const past = { ...program, checkIn: { ...program.checkIn, method: "CHECK_IN_METHOD_ON_ENTER" } };
    await this.apply(JSON.stringify(past));
    await this.call("POST", "/v1/events:ingest", {
      backfill: true,
      events: [...daysAgo]
        .sort((one, other) => other - one)
        .map((days) => ({
          eventId: randomUUID(),
          viewerId,
          roomId,
          occurredAt: new Date(Date.now() - days * DAY_MILLIS).toISOString(),
          entered: {},
        })),
    });
    await this.applyTemplate(template);
  }

  /** Reports one event of a viewer, as the platform does. */
  async report(viewerId: string, roomId: string, what: Json, at = new Date()): Promise<void> {
    await this.call("POST", "/v1/events:ingest", {
      events: [{ eventId: randomUUID(), viewerId, roomId, occurredAt: at.toISOString(), ...what }],
    });
  }

  /** How far a viewer has come in a task, as the service knows it. */
  async count(viewerId: string, taskId: string): Promise<number> {
    const { task } = (await this.call("GET", `/v1/tasks/${taskId}?viewerId=${viewerId}`)) as {
      task: { count?: string };
    };
    return Number(task.count ?? 0);
  }

  /** What a viewer can spend. */
  async balance(viewerId: string): Promise<number> {
    const { balance } = (await this.call("GET", `/v1/points/balance?viewerId=${viewerId}`)) as {
      balance?: string;
    };
    return Number(balance ?? 0);
  }

  async call(method: "GET" | "POST", path: string, body?: Json): Promise<Json> {
    const response = await fetch(this.deployment.baseUrl + path, {
      method,
      headers: {
        authorization: `Bearer ${this.token("platform", "live-platform")}`,
        "content-type": "application/json",
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const answer = (await response.json()) as Json;
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  }
}
