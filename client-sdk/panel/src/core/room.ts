import {
  createFlywheel,
  FlywheelError,
  joinRoom,
  ViewerService,
  type Fact,
  type Flywheel,
  type RoomSession,
  type RoomState,
  type TokenProvider,
  type Viewer,
  type ViewerChange,
} from "@flywheel/client";
import type { Language } from "@flywheel/look";
import { shallowRef, type ShallowRef } from "vue";
import type { CauseCase, Manifest, Slice, Tab } from "./feature.js";
import { Deeds } from "./deeds.js";
import { Features } from "./features.js";
import { LikePace } from "./likePace.js";
import { Moments } from "./moments.js";
import type { Navigation } from "./navigation.js";
import { Outbox } from "./outbox.js";
import { Reader } from "./reader.js";
import { Remembered } from "./remembered.js";
import { Celebrated, isReward, type Moment } from "./rewards.js";
import { initialStay, tooFastLately, withProgram, type Stay } from "./stay.js";
import { tooFast, Traffic } from "./traffic.js";
import { Unanswered } from "./unanswered.js";
import { nextTask, settled } from "./waits.js";

export interface PanelOptions {
  readonly baseUrl: string;
  readonly roomId: string;
  readonly token: TokenProvider;
  readonly navigation: Navigation;
  readonly onMoment: (moment: Moment) => void;
  readonly onError: (error: FlywheelError) => void;
  readonly onSignedOut: () => void;
}

/** How long the watch waits for answers that are under way: they tell the same, and what they confirm. */
const quietMillis = 500;
/** How long a stay waits for the end of the one before it. */
const partingMillis = 3_000;
/** How long the watch has to tell of the program before it is asked for: some networks hold streams back. */
const programMillis = 1_500;
/** What a whole room is told is read again within this time, so that not all of its viewers ask at once. */
const spreadMillis = 1_500;
/** Two signs of life ahead of their time are at least this far apart. */
const beatMillis = 2_000;

/** A viewer's panel for a room: the session, the watch and the facts, which it hands to the features. */
export class PanelRoom {
  readonly stay: ShallowRef<Stay> = shallowRef(initialStay);
  /** This device's clock, which goes once a second. */
  readonly nowMillis: ShallowRef<number> = shallowRef(Date.now());
  /** What is celebrated now. */
  readonly moment: ShallowRef<Moment | undefined> = shallowRef();
  readonly features = new Features();
  readonly navigation: Navigation;
  readonly deeds = new Deeds();
  readonly unanswered = new Unanswered();
  /** Comments that wait for a connection. */
  readonly outbox = new Outbox(async ({ text, requestId }) => {
    const session = await this.#sessionNow();
    await session.comment(text, { requestId });
  });
  /** Whether the viewer follows the host, as far as this device knows. */
  readonly isFollowing: ShallowRef<boolean> = shallowRef(false);
  readonly roomId: string;
  readonly #options: PanelOptions;
  readonly #flywheel: Flywheel;
  readonly #reader: Reader;
  readonly #traffic = new Traffic();
  readonly #celebrated = new Celebrated((fact) =>
    this.features.present().map((feature) => feature.moment?.(fact)),
  );
  readonly #moments = new Moments((moment) => {
    this.moment.value = moment;
  });
  readonly #ended = new AbortController();
  #tellProgram: () => void = () => undefined;
  /** When the program is known. */
  readonly #programTold = new Promise<void>((resolve) => {
    this.#tellProgram = resolve;
  });
  #tellJoined: () => void = () => undefined;
  /** When there is a session, or will be none any more. */
  readonly #joined = new Promise<void>((resolve) => {
    this.#tellJoined = resolve;
  });
  #session: RoomSession | undefined;
  /** Likes that were given before there was a session. */
  #earlyLikes = 0;
  readonly #likePace = new LikePace();
  /** How many likes that wait count for sure. */
  #likesFree = 0;
  #stopped = false;
  #beatAtMillis = 0;
  #ticker: ReturnType<typeof setInterval> | undefined;

  constructor(options: PanelOptions) {
    this.roomId = options.roomId;
    this.navigation = options.navigation;
    this.#options = options;
    this.#flywheel = createFlywheel({
      baseUrl: options.baseUrl,
      token: options.token,
      onSignedOut: () => {
        this.#signOut();
      },
      interceptors: [
        this.#traffic.interceptor({
          onEntered: (perSecond) => {
            this.#likePace.perSecond = perSecond;
          },
          onLikesAnswered: (count, facts) => {
            this.#likesAnswered(count, facts);
          },
          onCredited: (creditedAtMillis) => {
            this.#update((stay) => ({ ...stay, creditedAtMillis }));
          },
        }),
      ],
    });
    this.#reader = new Reader({
      source: { flywheel: this.#flywheel, roomId: options.roomId },
      slices: () => this.features.present().map(({ slice }) => slice),
      state: (slice) => this.features.state(slice),
      stay: () => this.stay.value,
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
    await (before ? settled(before, partingMillis) : nextTask());
    if (this.#stopped) return;
    this.#ticker = setInterval(() => {
      this.#tick();
    }, 1_000);
    void this.#watch();
    this.#join();
    this.#remember().catch(() => undefined); // Without a token there is nobody to remember.
    await this.#begin();
  }

  /** Learns what the program has, loads what the first view needs, and reads it. */
  async #begin(): Promise<void> {
    await settled(this.#programTold, programMillis);
    if (!this.stay.value.program) await this.#askForProgram();
    await this.#loadFirst();
    if (!this.#stopped && this.stay.value.program) await this.#reader.begin(this.#session?.entered);
  }

  async #askForProgram(): Promise<void> {
    try {
      await this.#session?.entered.catch(() => undefined);
      if (this.#stopped || this.stay.value.program || this.stay.value.presence === "failed") return;
      const { viewer } = await this.#flywheel.service(ViewerService).getViewer({});
      if (viewer) this.#learn((stay) => withProgram(stay, viewer));
    } catch (caught) {
      this.#reader.fail(FlywheelError.from(caught));
    }
  }

  #learn(change: (stay: Stay) => Stay): void {
    this.#update(change);
    this.features.enable(this.stay.value.program ?? new Set());
    this.#tellProgram();
  }

  /** Today's features are loaded at once; so is what the address names. */
  async #loadFirst(): Promise<void> {
    const { tab, sheet } = this.navigation.place.value;
    const named = sheet ? this.features.withSheet(sheet[0]) : undefined;
    const first = new Set([
      ...this.features.enabled.value.filter(({ early }) => early),
      ...this.features.in("today"),
      ...this.features.in(tab),
      ...(named ? [named] : []),
    ]);
    await Promise.all([...first].map((manifest) => this.features.load(manifest)));
  }

  /** Loads the features of a tab, and reads how they stand; ends when all of it was tried. */
  async open(tab: Tab): Promise<void> {
    await this.#need(this.features.in(tab));
  }

  /** Loads a feature unless it is there, and reads how it stands. */
  async need(manifest: Manifest): Promise<void> {
    await this.#need([manifest]);
  }

  async #need(manifests: readonly Manifest[]): Promise<void> {
    const features = await Promise.all(manifests.map((manifest) => this.features.load(manifest)));
    if (this.stay.value.load !== "loading") {
      await this.#reader.first(features.flatMap((feature) => feature?.slice.id ?? []));
    }
  }

  /** Leaves the room. Nothing is told afterwards. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#tellJoined();
    this.#ended.abort();
    clearInterval(this.#ticker);
    this.#moments.stop();
    this.#reader.stop();
    this.outbox.stop();
    await this.#session?.leave().catch(() => undefined);
  }

  /** While something else has the viewer's attention, moments wait. */
  holdMoments(isHeld: boolean): void {
    this.#moments.hold(isHeld);
  }

  /** Reads everything again after a failure. */
  async retry(): Promise<void> {
    this.#update((stay) => ({ ...stay, load: "loading" }));
    if (this.stay.value.presence === "failed") {
      this.#join();
    }
    await this.#begin();
  }

  /** Gives a sign of life now; comes back into the room where the session was ended elsewhere. */
  beat(): void {
    this.#session?.beat();
  }

  like(count = 1): void {
    this.#likesWait(count);
    if (this.#session) this.#session.like(count);
    else this.#earlyLikes += count;
  }

  /** Writes a comment. Without a connection it waits in the outbox until there is one. */
  async comment(text: string): Promise<void> {
    await this.outbox.write(text);
  }

  /** Tells that the viewer has shared the room, or an invite. */
  async share(channel: string, inviteCode = ""): Promise<void> {
    const session = await this.#sessionNow();
    await session.share(channel, inviteCode);
  }

  /** Where the service is. */
  get baseUrl(): string {
    return this.#flywheel.baseUrl;
  }

  async follow(): Promise<void> {
    const session = await this.#sessionNow();
    await session.follow();
    this.isFollowing.value = true;
    (await this.#following()).set();
  }

  /** Where this device remembers that the viewer follows the host of the room. */
  async #following(): Promise<Remembered> {
    const claims = await this.#flywheel.claims();
    const { baseUrl } = this.#flywheel;
    return new Remembered("following", [baseUrl, claims?.merchant ?? "", claims?.sub ?? "", this.roomId]);
  }

  async #remember(): Promise<void> {
    this.isFollowing.value = (await this.#following()).isSet;
  }

  async click(target: string): Promise<void> {
    const session = await this.#sessionNow();
    await session.click(target);
  }

  /** The session; the panel may still be leaving the room where it was before. */
  async #sessionNow(): Promise<RoomSession> {
    await this.#joined;
    if (!this.#session) throw new Error("the panel has left the room");
    return this.#session;
  }

  /** Clients of the service; the facts of their answers are to be handed to `take`. */
  get service(): Flywheel["service"] {
    return this.#flywheel.service;
  }

  /** Watches what the service streams; it connects again by itself. To be ended by a signal. */
  get watch(): Flywheel["watch"] {
    return this.#flywheel.watch;
  }

  /** The state of a feature. */
  state<S>(slice: Slice<S>): Readonly<ShallowRef<S>> {
    return this.features.state(slice);
  }

  /** Changes the state of a feature by what a call of its own has answered. */
  change<S>(slice: Slice<S>, change: (state: S) => S): void {
    const state = this.features.state(slice);
    state.value = change(state.value);
  }

  /** Reads a feature again soon. */
  refresh(slice: Slice<unknown>): void {
    this.#reader.refresh([slice.id]);
  }

  /** How the viewer knows a thing that something was given for. */
  titleOf(kind: CauseCase, id: string, language: Language): string | undefined {
    for (const { titleOf, slice } of this.features.present()) {
      const title = titleOf?.(kind, id, this.state(slice).value, language);
      if (title !== undefined) return title;
    }
    return undefined;
  }

  dismiss(): void {
    this.#moments.dismiss();
  }

  #join(): void {
    const session = joinRoom(this.#flywheel, {
      roomId: this.roomId,
      onFacts: (facts) => {
        this.take(facts);
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
    this.#tellJoined();
    if (this.#earlyLikes > 0) {
      session.like(this.#earlyLikes);
      this.#earlyLikes = 0;
    }
  }

  #present(presence: RoomState, error: FlywheelError | undefined): void {
    this.#update((stay) => ({ ...stay, presence }));
    if (presence === "present") void this.outbox.flush();
    if (presence === "failed" && error) {
      this.#reader.fail(error);
    }
  }

  async #watch(): Promise<void> {
    try {
      const updates = this.#flywheel.watch(
        ViewerService.method.watchViewer,
        { roomId: this.roomId },
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
          await this.#restart(update.value);
        } else if (update.case === "change") {
          this.#told(update.value);
        }
      }
    } catch (caught) {
      this.#reader.fail(FlywheelError.from(caught));
    }
  }

  /** What the viewer, or the room, has done; of the room also that nobody knows what it did. */
  #told({ facts, roomId }: ViewerChange): void {
    const waitMillis = roomId ? Math.random() * spreadMillis : undefined;
    if (roomId && facts.length === 0) this.#reader.refreshShared(waitMillis);
    else this.take(facts, waitMillis);
  }

  /** A snapshot came: at first, after a gap, or because another version of the program is in force. */
  async #restart(viewer: Viewer): Promise<void> {
    const { programVersion, presence, load } = this.stay.value;
    if (viewer.programVersion !== programVersion && presence === "failed") {
      this.#join();
    }
    this.#learn((stay) => withProgram(stay, viewer));
    for (const { slice } of this.features.present()) {
      const state = this.features.state(slice);
      state.value = slice.snapshot?.(state.value, viewer) ?? state.value;
    }
    if (load !== "loading") {
      await this.#loadFirst();
      this.#reader.refresh(this.features.present().map(({ slice }) => slice.id));
    }
  }

  #connected(connection: Stay["connection"]): void {
    this.#update((stay) => ({ ...stay, connection }));
    if (connection === "live") void this.outbox.flush();
  }

  /** Hands facts to the features, which read again after a while what they tell to be stale, and celebrates what they give. */
  take(facts: readonly Fact[], waitMillis?: number): void {
    if (this.#stopped) {
      return;
    }
    const woken = this.features.wokenBy(facts);
    if (woken.length > 0) {
      void this.#wake(woken, facts);
    }
    const stale: string[] = [];
    for (const { slice } of this.features.present()) {
      const state = this.features.state(slice);
      if (slice.isStale?.(state.value, facts)) stale.push(slice.id);
      state.value = facts.reduce((now, fact) => slice.reduce?.(now, fact) ?? now, state.value);
    }
    this.#reader.noticed(facts);
    this.#reader.refresh(stale, waitMillis);
    this.#celebrate(facts);
  }

  /** Loads what facts concern, which then celebrates them. */
  async #wake(woken: readonly Manifest[], facts: readonly Fact[]): Promise<void> {
    await Promise.all(woken.map((manifest) => this.need(manifest)));
    if (!this.#stopped) this.#celebrate(facts);
  }

  #celebrate(facts: readonly Fact[]): void {
    const moment = this.#celebrated.take(facts);
    if (moment) {
      this.#moments.add(moment);
      if (isReward(moment) || moment.unlocked.length > 0) this.#options.onMoment(moment);
    }
  }

  #tick(): void {
    this.nowMillis.value = Date.now();
    if (document.visibilityState === "hidden") {
      return;
    }
    this.#reader.tick(this.nowMillis.value);
    if (
      this.#rewardAtMillis() <= this.nowMillis.value &&
      this.nowMillis.value - this.#beatAtMillis >= beatMillis
    ) {
      this.#beatAtMillis = this.nowMillis.value;
      this.beat();
    }
  }

  /** When the next reward for watching is due. */
  #rewardAtMillis(): number {
    const due = this.features
      .present()
      .map(({ slice }) => slice.rewardAtMillis?.(this.state(slice).value, this.stay.value) ?? Infinity);
    return Math.min(...due);
  }

  #likesWait(count: number): void {
    const likesWaiting = Math.max(0, this.stay.value.likesWaiting + count);
    // Reckoned anew when the first of them waits, and with each answer: in between it must not grow, for those that are
    // under way are counted as of when they were sent.
    if (count < 0 || likesWaiting === count) this.#likesFree = this.#likePace.free(Date.now());
    this.#update((stay) => ({ ...stay, likesWaiting, likesAhead: Math.min(likesWaiting, this.#likesFree) }));
  }

  /** What they came to is taken at the same moment: between the two a count would be seen without them. */
  #likesAnswered(count: number, facts: readonly Fact[]): void {
    const atMillis = Date.now();
    const left = tooFast(facts);
    this.#likePace.answered(count - left, left, atMillis);
    this.take(facts);
    this.#likesWait(-count);
    if (left > 0) {
      this.#update((stay) => ({
        ...stay,
        likesTooFast: { count: left + tooFastLately(stay, atMillis), atMillis },
      }));
    }
  }

  /** Nothing more can be had; told once. */
  #signOut(): void {
    if (this.#stopped || this.stay.value.load === "signedOut") {
      return;
    }
    this.#update((stay) => ({ ...stay, load: "signedOut" }));
    this.#ended.abort();
    this.#options.onSignedOut();
  }

  #update(change: (stay: Stay) => Stay): void {
    this.stay.value = change(this.stay.value);
  }
}
