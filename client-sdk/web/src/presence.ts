import type { MessageInitShape } from "@bufbuild/protobuf";
import { durationMs, type Duration } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createContextValues, type Client } from "@connectrpc/connect";
import { delayMillis, pause, within, type Backoff } from "./backoff.js";
import { isHidden } from "./environment.js";
import { FlywheelError } from "./errors.js";
import type { Fact } from "./gen/flywheel/v1/fact_pb.js";
import type { EnterRoomRequestSchema, RoomService } from "./gen/flywheel/v1/room_service_pb.js";
import { newRequestId } from "./ids.js";
import { keepAlive } from "./transport.js";

/**
 * How a room session stands:
 *
 * - entering: on the way in, for the first time or again.
 * - present: in the room; watch time is counted.
 * - hidden: the page is hidden; watch time is not counted.
 * - reconnecting: the service does not answer; the session keeps trying.
 * - elsewhere: the session was ended several times in a row, as when the viewer watches another room on another device.
 *   It goes on when the viewer does something in the room or comes back to the page.
 * - left: leave() was called.
 * - failed: the service refuses the viewer; the error says why.
 */
export type RoomState = "entering" | "present" | "hidden" | "reconnecting" | "elsewhere" | "left" | "failed";

export interface PresenceOptions {
  readonly client: Client<typeof RoomService>;
  readonly whom: { readonly roomId: string; readonly viewerId: string };
  readonly broadcastId: string;
  /** Default: the device's, where the service knows it. */
  readonly timeZone: string | undefined;
  readonly watchWhileHidden: boolean;
  readonly backoff: Backoff;
  readonly onFacts: (facts: readonly Fact[]) => void;
  readonly onState: (state: RoomState, error: FlywheelError | undefined) => void;
  /** Called after each entry. */
  readonly onEntered: () => void;
}

/** How long an act waits for the viewer to be in the room. */
export const entryPatienceMillis = 10_000;
/** How long whoever leaves on the way in waits to be in, so that the leave comes after the entry. */
const lateEntryMillis = 2_000;
/** After so many sessions in a row that end before their second heartbeat, another device must be ending them. */
const maxLostSessions = 3;

/** Keeps a viewer in a room: enters, sends heartbeats, enters again when the session has ended, and leaves. */
export class Presence {
  readonly #options: PresenceOptions;
  readonly #client: Client<typeof RoomService>;
  #state: RoomState = "entering";
  #running: Promise<void> = Promise.resolve();
  /** Ends the sign of life that is under way. */
  readonly #stop = new AbortController();
  /** The leave of a page that went away. If it comes back, this must not end the session that begins then. */
  #departure: Promise<void> = Promise.resolve();
  #token: string | undefined;
  #intervalMillis = 0;
  /** The entry that was asked for and not answered yet. Asked for again, it has one effect. */
  #unanswered: MessageInitShape<typeof EnterRoomRequestSchema> | undefined;
  #entry = new Entry();
  #firstEntry = this.#entry;
  #wait = new AbortController();
  #failures = 0;
  #lostSessions = 0;
  #beats = 0;
  #hasOddTimeZone = false;
  #over = false;

  constructor(options: PresenceOptions) {
    this.#options = options;
    this.#client = options.client;
  }

  get state(): RoomState {
    return this.#state;
  }

  /** Whether the viewer has left, or can't be in the room. */
  get isOver(): boolean {
    return this.#over;
  }

  /** Settles when the viewer is in the room for the first time, or can't be. */
  get entered(): Promise<void> {
    return this.#firstEntry.promise;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Ends a wait: gives a sign of life now, or looks again whether the page is seen. */
  wake(): void {
    this.#wait.abort();
  }

  /** Waits until the viewer is in the room. Answers by which entry. */
  async in(): Promise<string | undefined> {
    if (this.#state === "elsewhere") {
      this.wake();
    }
    await this.#entry.within(entryPatienceMillis);
    return this.#token;
  }

  /** An act was refused for want of the session that began with an entry: comes in again. */
  lost(token: string | undefined): void {
    if (token === this.#token) {
      this.#out();
      this.wake();
    }
  }

  /** Whether the viewer is in, or may be by an entry that was not answered yet. */
  get mayBeIn(): boolean {
    return this.#token !== undefined || this.#unanswered !== undefined;
  }

  /** The page goes away, perhaps for good: there is time to send, not to wait. */
  depart(): void {
    const contextValues = createContextValues().set(keepAlive, true);
    this.#departure = this.#client.leaveRoom(this.#options.whom, { contextValues }).then(ignore, ignore);
    this.#out();
  }

  async leave(): Promise<void> {
    this.#end("left");
    const patienceMillis = this.#unanswered ? lateEntryMillis : 0;
    await within(patienceMillis, this.#running, () => {
      this.#stop.abort();
    });
    if (this.mayBeIn) {
      const { facts } = await this.#client.leaveRoom(this.#options.whom);
      this.#options.onFacts(facts);
    }
  }

  /** The session's life: one round is a sign of life and the wait for the next, or the time that the page is hidden. */
  async #run(): Promise<void> {
    while (!this.#over) {
      try {
        if (this.#isAway()) {
          await this.#stayAway();
          continue;
        }
        await this.#signOfLife();
        this.#failures = 0;
        if (this.#token !== undefined) {
          await this.#pause(this.#intervalMillis);
        }
      } catch (caught) {
        await this.#recover(FlywheelError.from(caught));
      }
    }
  }

  async #signOfLife(): Promise<void> {
    if (this.#token === undefined) {
      await this.#enter();
    } else {
      await this.#beat(this.#token);
    }
    if (!this.#over && this.#token !== undefined) {
      this.#tell("present");
    }
  }

  async #enter(): Promise<void> {
    if (this.#state !== "reconnecting") {
      this.#tell("entering");
    }
    const { whom, broadcastId, timeZone = this.#deviceTimeZone() } = this.#options;
    await this.#departure;
    const departure = this.#departure;
    const isRepeated = this.#unanswered !== undefined;
    this.#unanswered ??= { ...whom, requestId: newRequestId(), broadcastId, timeZone };
    const answer = await this.#client.enterRoom(this.#unanswered, { signal: this.#stop.signal });
    this.#unanswered = undefined;
    this.#beats = 0;
    this.#goOn(answer.heartbeatToken, answer.heartbeatInterval);
    this.#entry.open();
    this.#options.onFacts(answer.facts);
    this.#options.onEntered();
    if ((isRepeated || this.#departure !== departure) && !this.#over) {
      // The answer may be of a session that has ended by now.
      await this.#departure;
      await this.#beat(answer.heartbeatToken);
    }
  }

  async #beat(heartbeatToken: string): Promise<void> {
    const request = { ...this.#options.whom, heartbeatToken };
    const answer = await this.#client.heartbeat(request, { signal: this.#stop.signal });
    this.#beats++;
    if (this.#beats > 1) {
      this.#lostSessions = 0;
    }
    // The session may have been given up meanwhile.
    if (this.#token === heartbeatToken) {
      this.#goOn(answer.heartbeatToken, answer.heartbeatInterval);
    }
    this.#options.onFacts(answer.facts);
  }

  /** The device's time zone; "" where it has none that the service knows. */
  #deviceTimeZone(): string {
    const { timeZone = "" }: { timeZone?: string } = Intl.DateTimeFormat().resolvedOptions();
    return this.#hasOddTimeZone ? "" : timeZone;
  }

  #goOn(token: string, interval: Duration | undefined): void {
    this.#token = token;
    this.#intervalMillis = interval ? durationMs(interval) : 30_000;
  }

  #isAway(): boolean {
    return isHidden() && !this.#options.watchWhileHidden;
  }

  /** Has the time until now counted, if that can be done, and rests until the page is seen again. */
  async #stayAway(): Promise<void> {
    if (this.#token !== undefined) {
      await this.#beat(this.#token).catch(ignore);
    }
    while (this.#isAway() && !this.#over) {
      this.#tell("hidden");
      await this.#pause(undefined);
    }
    this.#lostSessions = 0; // This silence ended the session, nobody else did.
  }

  async #recover(error: FlywheelError): Promise<void> {
    if (this.#over) {
      return;
    }
    if (error.is("SESSION_ENDED", "NOT_IN_ROOM", "BAD_HEARTBEAT_TOKEN")) {
      await this.#lose();
      return;
    }
    if (this.#blamesDeviceTimeZone(error)) {
      this.#hasOddTimeZone = true;
      this.#unanswered = undefined;
      return; // Enters without it.
    }
    if (!error.isCurable) {
      this.#end("failed", error);
      return;
    }
    this.#lostSessions = 0; // The silence may end the session.
    this.#tell("reconnecting", error);
    await this.#pause(delayMillis(this.#options.backoff, this.#failures++, error.retryAfterMillis));
  }

  /** Whether the service does not know the time zone that the device names, such as Etc/Unknown. */
  #blamesDeviceTimeZone(error: FlywheelError): boolean {
    const isDevices = this.#options.timeZone === undefined && !this.#hasOddTimeZone;
    return isDevices && error.is("INVALID_FIELD") && error.fields.some(({ field }) => field === "time_zone");
  }

  /** The session was ended: comes in again, unless that has been in vain. */
  async #lose(): Promise<void> {
    this.#out();
    this.#lostSessions++;
    if (this.#lostSessions > maxLostSessions) {
      this.#tell("elsewhere");
      await this.#pause(undefined);
      this.#lostSessions = 0;
    }
  }

  #out(): void {
    if (this.#token !== undefined) {
      this.#token = undefined;
      this.#entry = new Entry();
    }
  }

  #end(state: "left" | "failed", error?: FlywheelError): void {
    this.#over = true;
    this.#entry.refuse(error ?? new FlywheelError(notInRoom, "NOT_IN_ROOM"));
    this.#tell(state, error);
    this.wake();
  }

  /** Waits for some time, or without a bound for an event that wakes it; not at all if that came since the last wait. */
  async #pause(millis: number | undefined): Promise<void> {
    if (this.#over) {
      return;
    }
    // Timers take 31 bits.
    await pause(millis ?? 2 ** 31 - 1, this.#wait.signal);
    this.#wait = new AbortController();
  }

  #tell(state: RoomState, error?: FlywheelError): void {
    if (state !== this.#state) {
      this.#state = state;
      this.#options.onState(state, error);
    }
  }
}

const notInRoom = new ConnectError("the viewer has left the room", Code.FailedPrecondition);

function ignore(): void {
  // Nobody has to be told.
}

/** The viewer's way into the room, which acts wait for. */
class Entry {
  readonly promise: Promise<void>;
  open!: () => void;
  refuse!: (error: FlywheelError) => void;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.open = resolve;
      this.refuse = reject;
    });
    this.promise.catch(ignore);
  }

  async within(millis: number): Promise<void> {
    await within(millis, this.promise, () => {
      throw new FlywheelError(new ConnectError(`not in the room after ${millis} ms`, Code.Unavailable));
    });
  }
}
