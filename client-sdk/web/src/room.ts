import type { MessageInitShape } from "@bufbuild/protobuf";
import { createContextValues, type Client } from "@connectrpc/connect";
import { within, type Backoff } from "./backoff.js";
import { isHidden, notify, onPage } from "./environment.js";
import { FlywheelError } from "./errors.js";
import type { Flywheel } from "./flywheel.js";
import type { Fact } from "./gen/flywheel/v1/fact_pb.js";
import { RoomService, type ActRequestSchema } from "./gen/flywheel/v1/room_service_pb.js";
import { newRequestId } from "./ids.js";
import { Likes, sharedStorage, Shelf, type LikeStorage } from "./likes.js";
import { entryPatienceMillis, Presence, type RoomState } from "./presence.js";
import { keepAlive } from "./transport.js";

/** Options of joinRoom. */
export interface RoomOptions {
  readonly roomId: string;
  /** Only where the platform's own services act for a viewer; a viewer's token names the broadcast. */
  readonly broadcastId?: string;
  /** Only where the platform's own services act for a viewer. */
  readonly viewerId?: string;
  /** IANA name. Default: the device's time zone, where the service knows it. */
  readonly timeZone?: string;
  /** Called with what entering, heartbeats, likes and other acts set off. */
  readonly onFacts?: (facts: readonly Fact[]) => void;
  /** Called at each change of the state, with the error that caused it. */
  readonly onState?: (state: RoomState, error?: FlywheelError) => void;
  /** Called with the number of likes that will not be delivered: refused, too many, or older than an hour. */
  readonly onLikesLost?: (count: number, error?: FlywheelError) => void;
  /** How long likes are gathered into one call, in milliseconds. Default 1,000. */
  readonly likeIntervalMillis?: number;
  /** Where undelivered likes are kept. Default: localStorage if the browser has Web Locks, else memory. */
  readonly storage?: LikeStorage;
  /** Whether watch time counts while the page is hidden, as for a show that is listened to. Default false. */
  readonly watchWhileHidden?: boolean;
  /** Waits between attempts. Default: 500 ms, doubling up to 15 s. */
  readonly backoff?: Backoff;
}

/** Options of an act. */
export interface ActOptions {
  /** Your own id, for an act that you may send again: the same id has one effect. */
  readonly requestId?: string;
}

/** A viewer's stay in a room. */
export interface RoomSession {
  readonly roomId: string;
  readonly state: RoomState;
  /** Settles when the viewer is in the room for the first time, or can't be. */
  readonly entered: Promise<void>;
  /** Likes. They are gathered, kept while offline, and delivered once. What they set off comes by onFacts. */
  like(count?: number): void;
  /** Writes a comment. Answers what it set off, which comes by onFacts too; so do the others. */
  comment(text: string, options?: ActOptions): Promise<readonly Fact[]>;
  /** Shares the room, or an invite by its code, to a channel such as "wechat". */
  share(channel: string, inviteCode?: string): Promise<readonly Fact[]>;
  /** Follows the host. */
  follow(): Promise<readonly Fact[]>;
  /** Opened goods, a link or a banner. */
  click(target: string): Promise<readonly Fact[]>;
  /**
   * Sends a heartbeat now, so that watch time which was just reached is credited at once. Enters again if the session
   * was ended elsewhere.
   */
  beat(): void;
  /** Delivers the likes and leaves. A page that is closed leaves by itself. */
  leave(): Promise<void>;
}

/** Enters a room and stays in it: sends heartbeats, enters again when the session ends, leaves with the page. */
export function joinRoom(flywheel: Flywheel, options: RoomOptions): RoomSession {
  const session = new Session(flywheel, options);
  session.start();
  return session;
}

type What = NonNullable<MessageInitShape<typeof ActRequestSchema>["what"]>;

const defaultBackoff: Backoff = { initialMillis: 500, maxMillis: 15_000 };
const defaultLikeIntervalMillis = 1_000;

/** What a viewer does in a room, over the presence that keeps the viewer there. */
class Session implements RoomSession {
  readonly roomId: string;
  readonly #options: RoomOptions;
  readonly #flywheel: Flywheel;
  readonly #client: Client<typeof RoomService>;
  readonly #presence: Presence;
  readonly #likes: Likes;
  #leavePage: () => void = () => undefined;
  #leaving: Promise<void> | undefined;
  #keepsLikes = false;

  constructor(flywheel: Flywheel, options: RoomOptions) {
    this.roomId = options.roomId;
    this.#options = options;
    this.#flywheel = flywheel;
    this.#client = flywheel.service(RoomService);
    const backoff = options.backoff ?? defaultBackoff;
    this.#presence = new Presence({
      client: this.#client,
      whom: this.#whom(),
      broadcastId: options.broadcastId ?? "",
      timeZone: options.timeZone,
      watchWhileHidden: options.watchWhileHidden ?? false,
      backoff,
      onFacts: (facts) => {
        this.#tellFacts(facts);
      },
      onState: (state, error) => {
        if (this.#presence.isOver) this.#end();
        notify(() => options.onState?.(state, error));
      },
      onEntered: () => {
        this.#keepLikes().catch(ignore);
      },
    });
    this.#likes = new Likes({
      intervalMillis: options.likeIntervalMillis ?? defaultLikeIntervalMillis,
      backoff,
      send: async ({ requestId, count }) => {
        await this.#act({ case: "liked", value: { count } }, requestId);
      },
      onLost: (count, error) => {
        notify(() => options.onLikesLost?.(count, error));
      },
    });
  }

  get state(): RoomState {
    return this.#presence.state;
  }

  get entered(): Promise<void> {
    return this.#presence.entered;
  }

  start(): void {
    this.#leavePage = onPage({
      visibilitychange: () => {
        if (isHidden()) {
          void this.#likes.flush();
        }
        this.#presence.wake();
      },
      online: () => {
        this.#presence.wake();
        void this.#likes.flush();
      },
      pagehide: () => {
        this.#depart();
      },
      pageshow: () => {
        this.#presence.wake();
      },
    });
    this.#presence.start();
    this.#keepLikes().catch(ignore); // Where there is no token yet, there is one after the entry.
  }

  like(count = 1): void {
    if (!Number.isInteger(count) || count < 1) {
      throw new RangeError(`count: ${count} (expected: a whole number from 1)`);
    }
    if (this.#presence.isOver) {
      notify(() => this.#options.onLikesLost?.(count));
      return;
    }
    this.#likes.add(count);
  }

  comment(text: string, options?: ActOptions): Promise<readonly Fact[]> {
    return this.#act({ case: "commented", value: { text } }, options?.requestId);
  }

  share(channel: string, inviteCode = ""): Promise<readonly Fact[]> {
    return this.#act({ case: "shared", value: { channel, inviteCode } });
  }

  follow(): Promise<readonly Fact[]> {
    return this.#act({ case: "followed", value: {} });
  }

  click(target: string): Promise<readonly Fact[]> {
    return this.#act({ case: "clicked", value: { target } });
  }

  beat(): void {
    if (this.state === "present" || this.state === "elsewhere") {
      this.#presence.wake();
    }
  }

  leave(): Promise<void> {
    this.#leaving ??= this.#leave();
    return this.#leaving;
  }

  async #leave(): Promise<void> {
    if (!this.#presence.isOver) {
      await within(entryPatienceMillis, this.#likes.flush(), () => undefined);
    }
    // It may have failed.
    if (!this.#presence.isOver) {
      await this.#presence.leave();
    }
  }

  async #act(what: What, requestId = newRequestId()): Promise<readonly Fact[]> {
    const request = { ...this.#whom(), requestId, what };
    for (let again = false; ; again = true) {
      const token = await this.#presence.in();
      try {
        const { facts } = await this.#client.act(request);
        this.#tellFacts(facts);
        return facts;
      } catch (caught) {
        const error = FlywheelError.from(caught);
        if (again || this.#presence.isOver || !error.is("NOT_IN_ROOM")) {
          throw error;
        }
        this.#presence.lost(token);
      }
    }
  }

  /** Keeps the likes in the storage from now on, if it is known whose they are. */
  async #keepLikes(): Promise<void> {
    const storage = this.#options.storage ?? sharedStorage();
    const claims = await this.#flywheel.claims();
    const viewer = this.#options.viewerId ?? claims?.sub;
    if (storage && viewer !== undefined && !this.#keepsLikes && !this.#presence.isOver) {
      this.#keepsLikes = true;
      const owner = [this.#flywheel.baseUrl, claims?.merchant ?? "", viewer, this.roomId];
      await this.#likes.keepOn(new Shelf(storage, owner.map(encodeURIComponent).join("/")));
    }
  }

  /** The page goes away: likes are sent, then the leave. */
  #depart(): void {
    if (!this.#presence.mayBeIn) {
      return;
    }
    const contextValues = createContextValues().set(keepAlive, true);
    for (const { requestId, count } of this.#likes.freeze()) {
      const what: What = { case: "liked", value: { count } };
      this.#client.act({ ...this.#whom(), requestId, what }, { contextValues }).catch(ignore);
    }
    this.#presence.depart();
  }

  #end(): void {
    this.#leavePage();
    this.#likes.close();
  }

  #whom(): { roomId: string; viewerId: string } {
    return { roomId: this.roomId, viewerId: this.#options.viewerId ?? "" };
  }

  #tellFacts(facts: readonly Fact[]): void {
    if (facts.length > 0) {
      notify(() => this.#options.onFacts?.(facts));
    }
  }
}

function ignore(): void {
  // Nobody has to be told.
}
