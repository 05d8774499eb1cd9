import {
  CheckInService,
  createFlywheel,
  FlywheelError,
  joinRoom,
  PointsService,
  TaskService,
  ViewerService,
  type CheckInResponse,
  type ExplainTaskResponse,
  type Fact,
  type Flywheel,
  type ListGrantsResponse,
  type ListPointsEntriesResponse,
  type RoomSession,
  type RoomState,
  type TokenProvider,
} from "@flywheel/client";
import { shallowRef, type ShallowRef } from "vue";
import { Moments } from "./moments.js";
import { Celebrated, type Moment } from "./rewards.js";
import { staleAfter, withFacts } from "./facts.js";
import { Reader } from "./reader.js";
import { nextRewardAtMillis } from "./shown.js";
import { initialState, withSnapshot, withStanding, type PanelState } from "./state.js";
import { Traffic } from "./traffic.js";
import { pause, settled } from "./waits.js";

export interface PanelOptions {
  readonly baseUrl: string;
  readonly roomId: string;
  readonly token: TokenProvider;
  readonly onMoment: (moment: Moment) => void;
  readonly onError: (error: FlywheelError) => void;
  readonly onSignedOut: () => void;
}

/** How long the watch waits for answers that are under way: they tell the same, and what they confirm. */
const quietMillis = 500;
/** How long a stay waits for the end of the one before it. */
const partingMillis = 3_000;
/** How long a check-in waits for the viewer to be let into the room again. */
const comeBackMillis = 1_500;
/** Two signs of life ahead of their time are at least this far apart. */
const beatMillis = 2_000;

/** A viewer's panel for a room: holds its state, keeps it true, and carries out what the viewer does. */
export class PanelRoom {
  readonly state: ShallowRef<PanelState> = shallowRef(initialState);
  /** This device's clock, which goes once a second. */
  readonly nowMillis: ShallowRef<number> = shallowRef(Date.now());
  /** What is celebrated now. */
  readonly moment: ShallowRef<Moment | undefined> = shallowRef();
  readonly roomId: string;
  readonly #options: PanelOptions;
  readonly #flywheel: Flywheel;
  readonly #reader: Reader;
  readonly #traffic = new Traffic();
  readonly #celebrated = new Celebrated();
  readonly #moments = new Moments((moment) => {
    this.moment.value = moment;
  });
  readonly #ended = new AbortController();
  #session: RoomSession | undefined;
  /** Likes that were given before there was a session. */
  #earlyLikes = 0;
  #stopped = false;
  #beatAtMillis = 0;
  #ticker: ReturnType<typeof setInterval> | undefined;

  constructor(options: PanelOptions) {
    this.roomId = options.roomId;
    this.#options = options;
    this.#flywheel = createFlywheel({
      baseUrl: options.baseUrl,
      token: options.token,
      onSignedOut: () => {
        this.#signOut();
      },
      interceptors: [
        this.#traffic.interceptor({
          onLikesCounted: (count) => {
            this.#likesWait(-count);
          },
          onCredited: (creditedAtMillis) => {
            this.#update((state) => ({ ...state, creditedAtMillis }));
          },
        }),
      ],
    });
    this.#reader = new Reader({
      flywheel: this.#flywheel,
      roomId: options.roomId,
      state: () => this.state.value,
      update: (change) => {
        this.#update(change);
      },
      onError: options.onError,
    });
  }

  /**
   * Enters the room and begins to read and watch.
   *
   * @param before the end of an earlier stay, which may be in the same room, so that it must not end this one; it is waited
   *   for a little
   */
  async start(before?: Promise<void>): Promise<void> {
    if (before) {
      await settled(before, partingMillis);
      if (this.#stopped) return;
    }
    this.#ticker = setInterval(() => {
      this.#tick();
    }, 1_000);
    void this.#watch();
    this.#join();
    await this.#reader.begin(this.#session?.entered);
  }

  /** Leaves the room. Nothing is told afterwards. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#ended.abort();
    clearInterval(this.#ticker);
    this.#moments.stop();
    this.#reader.stop();
    await this.#session?.leave().catch(() => undefined);
  }

  /** While something else has the viewer's attention, moments wait. */
  holdMoments(isHeld: boolean): void {
    this.#moments.hold(isHeld);
  }

  /** Reads everything again after a failure. */
  async retry(): Promise<void> {
    this.#update((state) => ({ ...state, load: "loading" }));
    if (this.state.value.presence === "failed") {
      this.#join();
    }
    await this.#reader.begin(this.#session?.entered);
  }

  /** Comes back into the room where the session was ended elsewhere. */
  back(): void {
    this.#session?.beat();
  }

  like(count = 1): void {
    this.#likesWait(count);
    if (this.#session) this.#session.like(count);
    else this.#earlyLikes += count;
  }

  async comment(text: string): Promise<void> {
    await this.#sessionNow().comment(text);
  }

  async share(channel: string): Promise<void> {
    await this.#sessionNow().share(channel);
  }

  async follow(): Promise<void> {
    await this.#sessionNow().follow();
  }

  async open(target: string): Promise<void> {
    await this.#sessionNow().click(target);
  }

  #sessionNow(): RoomSession {
    if (!this.#session) {
      throw new Error("the panel is still leaving the room where it was before");
    }
    return this.#session;
  }

  async checkIn(): Promise<void> {
    const { standing, facts } = await this.#checkIn();
    this.#update((state) => withStanding(state, standing));
    this.#take(facts);
  }

  /** Checks in; where the session has ended unnoticed, after coming in again. */
  async #checkIn(): Promise<CheckInResponse> {
    const service = this.#flywheel.service(CheckInService);
    try {
      return await service.checkIn({});
    } catch (caught) {
      if (!FlywheelError.from(caught).is("NOT_IN_ROOM")) throw caught;
      this.#session?.beat();
      await pause(comeBackMillis);
      return service.checkIn({});
    }
  }

  async makeUp(date: string): Promise<void> {
    const { standing, facts } = await this.#flywheel.service(CheckInService).makeUpCheckIn({ date });
    this.#update((state) => withStanding(state, standing));
    this.#take(facts);
  }

  async claim(taskId: string, tier: number, window: string): Promise<void> {
    try {
      const { facts } = await this.#flywheel.service(TaskService).claimTaskReward({ taskId, tier, window });
      this.#take(facts);
    } finally {
      this.#reader.refresh({ tasks: true, checkIn: false });
    }
  }

  async explain(taskId: string): Promise<ExplainTaskResponse> {
    return this.#flywheel.service(TaskService).explainTask({ taskId, roomId: this.roomId });
  }

  async showMonth(month: string): Promise<void> {
    await this.#reader.readMonth(month);
  }

  async listEntries(pageToken: string): Promise<ListPointsEntriesResponse> {
    return this.#flywheel.service(PointsService).listPointsEntries({ pageSize: 20, pageToken });
  }

  async listGrants(pageToken: string): Promise<ListGrantsResponse> {
    return this.#flywheel.service(ViewerService).listGrants({ pageSize: 20, pageToken });
  }

  dismiss(): void {
    this.#moments.dismiss();
  }

  #join(): void {
    const session = joinRoom(this.#flywheel, {
      roomId: this.roomId,
      onFacts: (facts) => {
        this.#take(facts);
      },
      onState: (presence, error) => {
        this.#present(presence, error);
      },
      onLikesLost: (count, error) => {
        this.#likesWait(-count);
        if (error && !this.#stopped) this.#options.onError(error);
      },
    });
    session.entered.catch(() => undefined);
    this.#session = session;
    if (this.#earlyLikes > 0) {
      session.like(this.#earlyLikes);
      this.#earlyLikes = 0;
    }
  }

  #present(presence: RoomState, error: FlywheelError | undefined): void {
    this.#update((state) => ({ ...state, presence }));
    if (presence === "failed" && error) {
      this.#reader.fail(error);
    }
  }

  async #watch(): Promise<void> {
    try {
      const updates = this.#flywheel.watch(
        ViewerService.method.watchViewer,
        {},
        {
          signal: this.#ended.signal,
          onState: (connection) => {
            this.#connected(connection);
          },
        },
      );
      for await (const { update } of updates) {
        await this.#traffic.quiet(quietMillis);
        if (update.case === "snapshot") {
          this.#begin(update.value.programVersion);
          this.#update((state) => withSnapshot(state, update.value));
        } else if (update.case === "change") {
          this.#take(update.value.facts);
        }
      }
    } catch (caught) {
      this.#reader.fail(FlywheelError.from(caught));
    }
  }

  /** A snapshot came: after a gap, or because another version of the program is in force. */
  #begin(version: bigint): void {
    const { programVersion, presence, load } = this.state.value;
    if (version !== programVersion && presence === "failed") {
      this.#join();
    }
    if (load !== "loading") {
      this.#reader.refresh({ tasks: true, checkIn: true });
    }
  }

  #connected(connection: PanelState["connection"]): void {
    this.#update((state) => ({ ...state, connection }));
  }

  #take(facts: readonly Fact[]): void {
    if (this.#stopped) {
      return;
    }
    const stale = staleAfter(this.state.value, facts);
    this.#update((state) => withFacts(state, facts));
    this.#reader.noticed(facts);
    if (stale.tasks || stale.checkIn) {
      this.#reader.refresh(stale);
    }
    const moment = this.#celebrated.take(facts);
    if (moment) {
      this.#moments.add(moment);
      this.#options.onMoment(moment);
    }
  }

  #tick(): void {
    this.nowMillis.value = Date.now();
    if (document.visibilityState === "hidden") {
      return;
    }
    this.#reader.tick(this.nowMillis.value);
    const rewardAtMillis = nextRewardAtMillis(this.state.value);
    if (
      rewardAtMillis !== undefined &&
      rewardAtMillis <= this.nowMillis.value &&
      this.nowMillis.value - this.#beatAtMillis >= beatMillis
    ) {
      this.#beatAtMillis = this.nowMillis.value;
      this.#session?.beat();
    }
  }

  #likesWait(count: number): void {
    this.#update((state) => ({ ...state, likesWaiting: Math.max(0, state.likesWaiting + count) }));
  }

  /** Nothing more can be had; told once. */
  #signOut(): void {
    if (this.#stopped || this.state.value.load === "signedOut") {
      return;
    }
    this.#update((state) => ({ ...state, load: "signedOut" }));
    this.#ended.abort();
    this.#options.onSignedOut();
  }

  #update(change: (state: PanelState) => PanelState): void {
    this.state.value = change(this.state.value);
  }
}
