import type { MessageInitShape } from "@bufbuild/protobuf";
import { durationMs, type Duration } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createContextValues, type Client } from "@connectrpc/connect";
import { delayMillis, pause, within, type Backoff } from "./backoff.js";
import { isHidden, notify, onPage } from "./environment.js";
import { FlywheelError } from "./errors.js";
import type { Flywheel } from "./flywheel.js";
import type { Fact } from "./gen/flywheel/v1/fact_pb.js";
import {
  RoomService,
  type ActRequestSchema,
  type EnterRoomRequestSchema,
} from "./gen/flywheel/v1/room_service_pb.js";
import { newRequestId } from "./ids.js";
import { Likes, sharedStorage, Shelf, type LikeStorage } from "./likes.js";
import { keepAlive } from "./transport.js";

/**
 * How a room session stands:
 *
 * - entering: on the way in, for the first time or again.
 * - present: in the room; watch time is counted.
 * - hidden: the page is hidden; watch time is not counted.
 * - reconnecting: the service does not answer; it is tried again until it does.
 * - elsewhere: the session was ended several times in a row, as when the viewer watches another room on another device.
 *   It goes on when the viewer does something in the room or comes back to the page.
 * - left: leave() was called.
 * - failed: the service will not have the viewer in the room; the error says why.
 */
export type RoomState = "entering" | "present" | "hidden" | "reconnecting" | "elsewhere" | "left" | "failed";

/** Options of joinRoom. */
export interface RoomOptions {
  readonly roomId: string;
  /** Only where the platform's own services act for a viewer; a viewer's token names the broadcast. */
  readonly broadcastId?: string;
  /** Only where the platform's own services act for a viewer. */
  readonly viewerId?: string;
  /** IANA name. Default: the device's time zone, where the service knows it. */
  readonly timeZone?: string;
  /** Told of what entering, heartbeats, likes and other acts set off. */
  readonly onFacts?: (facts: readonly Fact[]) => void;
  /** Told of each change of the state, with the error that caused it. */
  readonly onState?: (state: RoomState, error?: FlywheelError) => void;
  /** Told of likes that will not be delivered: refused, too many, or older than an hour. */
  readonly onLikesLost?: (count: number, error?: FlywheelError) => void;
  /** How long likes are gathered into one call, in milliseconds. Default 1,000. */
  readonly likeIntervalMillis?: number;
  /** Where likes wait that are not delivered yet. Default: localStorage where Web Locks are, else memory. */
  readonly storage?: LikeStorage;
  /** Counts on while the page is hidden, as for a show that is listened to. Default false. */
  readonly watchWhileHidden?: boolean;
  /** Waits between attempts. Default: 500 ms, doubling up to 15 s. */
  readonly backoff?: Backoff;
}

/** Options of an act. */
export interface ActOptions {
  /** An id of your own, for an act that is tried again later: with the same id it has one effect. */
  readonly requestId?: string;
}

/** A viewer's stay in a room. */
export interface RoomSession {
  readonly roomId: string;
  readonly state: RoomState;
  /** Settles when the viewer is in the room for the first time, or can't be. */
  readonly entered: Promise<void>;
  /** Likes; gathered, kept while there is no connection, and delivered once. What they set off comes by onFacts. */
  like(count?: number): void;
  /** Writes a comment. Answers what it set off, which comes by onFacts too; so do the others. */
  comment(text: string, options?: ActOptions): Promise<readonly Fact[]>;
  /** Shares the room to a channel, such as "wechat". */
  share(channel: string): Promise<readonly Fact[]>;
  /** Follows the host. */
  follow(): Promise<readonly Fact[]>;
  /** Opened goods, a link or a banner. */
  click(target: string): Promise<readonly Fact[]>;
  /**
   * Gives a sign of life ahead of its time, so that watch time that has just been reached is credited now; comes in again
   * where the session was ended elsewhere.
   */
  beat(): void;
  /** Delivers the likes and leaves. A page that is closed leaves by itself. */
  leave(): Promise<void>;
}

/** Enters a room and stays in it: heartbeats, comes in again when the session was ended, leaves with the page. */
export function joinRoom(flywheel: Flywheel, options: RoomOptions): RoomSession {
  const session = new Session(flywheel, options);
  session.start();
  return session;
}

type What = NonNullable<MessageInitShape<typeof ActRequestSchema>["what"]>;

const defaultBackoff: Backoff = { initialMillis: 500, maxMillis: 15_000 };
const defaultLikeIntervalMillis = 1_000;
/** How long an act waits for the viewer to be in the room. */
const entryPatienceMillis = 10_000;
/** How long whoever leaves on the way in waits to be in, so that the leave comes after the entry. */
const lateEntryMillis = 2_000;
/** So many sessions that end one after the other, each before its second heartbeat, are taken for somebody else's doing. */
const maxLostSessions = 3;

class Session implements RoomSession {
  readonly roomId: string;
  readonly #options: RoomOptions;
  readonly #flywheel: Flywheel;
  readonly #client: Client<typeof RoomService>;
  readonly #likes: Likes;
  readonly #backoff: Backoff;
  #state: RoomState = "entering";
  #leavePage: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();
  #leaving: Promise<void> | undefined;
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
  #keepsLikes = false;
  #over = false;

  constructor(flywheel: Flywheel, options: RoomOptions) {
    this.roomId = options.roomId;
    this.#options = options;
    this.#flywheel = flywheel;
    this.#client = flywheel.service(RoomService);
    this.#backoff = options.backoff ?? defaultBackoff;
    this.#likes = new Likes({
      intervalMillis: options.likeIntervalMillis ?? defaultLikeIntervalMillis,
      backoff: this.#backoff,
      send: async ({ requestId, count }) => {
        await this.#act({ case: "liked", value: { count } }, requestId);
      },
      onLost: (count, error) => {
        notify(() => options.onLikesLost?.(count, error));
      },
    });
  }

  get state(): RoomState {
    return this.#state;
  }

  get entered(): Promise<void> {
    return this.#firstEntry.promise;
  }

  start(): void {
    this.#leavePage = onPage({
      visibilitychange: () => {
        if (isHidden()) {
          void this.#likes.flush();
        }
        this.#wake();
      },
      online: () => {
        this.#wake();
        void this.#likes.flush();
      },
      pagehide: () => {
        this.#depart();
      },
      pageshow: () => {
        this.#wake();
      },
    });
    this.#running = this.#run();
    this.#keepLikes().catch(ignore); // Where there is no token yet, there is one after the entry.
  }

  like(count = 1): void {
    if (!Number.isInteger(count) || count < 1) {
      throw new RangeError(`count: ${count} (expected: a whole number from 1)`);
    }
    if (this.#over) {
      notify(() => this.#options.onLikesLost?.(count));
      return;
    }
    this.#likes.add(count);
  }

  comment(text: string, options?: ActOptions): Promise<readonly Fact[]> {
    return this.#act({ case: "commented", value: { text } }, options?.requestId);
  }

  share(channel: string): Promise<readonly Fact[]> {
    return this.#act({ case: "shared", value: { channel } });
  }

  follow(): Promise<readonly Fact[]> {
    return this.#act({ case: "followed", value: {} });
  }

  click(target: string): Promise<readonly Fact[]> {
    return this.#act({ case: "clicked", value: { target } });
  }

  beat(): void {
    if (this.#state === "present" || this.#state === "elsewhere") {
      this.#wake();
    }
  }

  leave(): Promise<void> {
    this.#leaving ??= this.#leave();
    return this.#leaving;
  }

  async #leave(): Promise<void> {
    if (!this.#over) {
      await within(entryPatienceMillis, this.#likes.flush(), () => undefined);
    }
    if (this.#over) {
      return; // It has failed.
    }
    this.#end("left");
    const patienceMillis = this.#unanswered ? lateEntryMillis : 0;
    await within(patienceMillis, this.#running, () => {
      this.#stop.abort();
    });
    if (this.#token !== undefined || this.#unanswered) {
      const { facts } = await this.#client.leaveRoom(this.#whom());
      this.#tellFacts(facts);
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
    const { broadcastId = "", timeZone = this.#deviceTimeZone() } = this.#options;
    await this.#departure;
    const departure = this.#departure;
    const isRepeated = this.#unanswered !== undefined;
    this.#unanswered ??= { ...this.#whom(), requestId: newRequestId(), broadcastId, timeZone };
    const answer = await this.#client.enterRoom(this.#unanswered, { signal: this.#stop.signal });
    this.#unanswered = undefined;
    this.#beats = 0;
    this.#goOn(answer.heartbeatToken, answer.heartbeatInterval);
    this.#entry.open();
    this.#tellFacts(answer.facts);
    this.#keepLikes().catch(ignore);
    if ((isRepeated || this.#departure !== departure) && !this.#over) {
      // The answer may be of a session that has ended by now.
      await this.#departure;
      await this.#beat(answer.heartbeatToken);
    }
  }

  async #beat(heartbeatToken: string): Promise<void> {
    const request = { ...this.#whom(), heartbeatToken };
    const answer = await this.#client.heartbeat(request, { signal: this.#stop.signal });
    this.#beats++;
    if (this.#beats > 1) {
      this.#lostSessions = 0;
    }
    // The session may have been given up meanwhile.
    if (this.#token === heartbeatToken) {
      this.#goOn(answer.heartbeatToken, answer.heartbeatInterval);
    }
    this.#tellFacts(answer.facts);
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
    this.#lostSessions = 0; // What ended the session meanwhile was this silence, nobody else.
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
    await this.#pause(delayMillis(this.#backoff, this.#failures++, error.retryAfterMillis));
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

  async #act(what: What, requestId = newRequestId()): Promise<readonly Fact[]> {
    const request = { ...this.#whom(), requestId, what };
    for (let again = false; ; again = true) {
      const token = await this.#in();
      try {
        const { facts } = await this.#client.act(request);
        this.#tellFacts(facts);
        return facts;
      } catch (caught) {
        const error = FlywheelError.from(caught);
        if (again || this.#over || !error.is("NOT_IN_ROOM")) {
          throw error;
        }
        if (token === this.#token) {
          this.#out();
          this.#wake();
        }
      }
    }
  }

  /** Waits until the viewer is in the room. */
  async #in(): Promise<string | undefined> {
    if (this.#state === "elsewhere") {
      this.#wake();
    }
    await this.#entry.within(entryPatienceMillis);
    return this.#token;
  }

  /** Keeps the likes in the storage from now on, if it is known whose they are. */
  async #keepLikes(): Promise<void> {
    const storage = this.#options.storage ?? sharedStorage();
    const claims = await this.#flywheel.claims();
    const viewer = this.#options.viewerId ?? claims?.sub;
    if (storage && viewer !== undefined && !this.#keepsLikes && !this.#over) {
      this.#keepsLikes = true;
      const owner = [this.#flywheel.baseUrl, claims?.merchant ?? "", viewer, this.roomId];
      await this.#likes.keepOn(new Shelf(storage, owner.map(encodeURIComponent).join("/")));
    }
  }

  /** The page goes away, perhaps for good: there is time to send, not to wait. */
  #depart(): void {
    if (this.#token === undefined && !this.#unanswered) {
      return;
    }
    const contextValues = createContextValues().set(keepAlive, true);
    for (const { requestId, count } of this.#likes.freeze()) {
      const what: What = { case: "liked", value: { count } };
      this.#client.act({ ...this.#whom(), requestId, what }, { contextValues }).catch(ignore);
    }
    this.#departure = this.#client.leaveRoom(this.#whom(), { contextValues }).then(ignore, ignore);
    this.#out();
  }

  #end(state: "left" | "failed", error?: FlywheelError): void {
    this.#over = true;
    this.#leavePage();
    this.#likes.close();
    this.#entry.refuse(error ?? new FlywheelError(notInRoom, "NOT_IN_ROOM"));
    this.#tell(state, error);
    this.#wake();
  }

  #whom(): { roomId: string; viewerId: string } {
    return { roomId: this.roomId, viewerId: this.#options.viewerId ?? "" };
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

  #wake(): void {
    this.#wait.abort();
  }

  #tell(state: RoomState, error?: FlywheelError): void {
    if (state !== this.#state) {
      this.#state = state;
      notify(() => this.#options.onState?.(state, error));
    }
  }

  #tellFacts(facts: readonly Fact[]): void {
    if (facts.length > 0) {
      notify(() => this.#options.onFacts?.(facts));
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
