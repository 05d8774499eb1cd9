import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { runInNewContext } from "node:vm";
import { expect, onTestFinished, test } from "vitest";
import { Merchant } from "../harness/merchant.js";
import { describeWithService, until } from "./service.js";

const here = dirname(fileURLToPath(import.meta.url));
const web = join(here, "../../web");
const scratch = join(here, "../test-results/docs");
const run = promisify(execFile);

/** The blocks of code of a page, as they are printed. */
function blocks(page: string): string[] {
  const text = readFileSync(join(web, page), "utf8");
  return [...text.matchAll(/^```js\n(.*?)^```$/gms)].map((match) => match[1] ?? "");
}

describeWithService("the docs of the client", (service) => {
  let merchants = 0;

  async function merchantWithTemplate(): Promise<Merchant> {
    const merchant = new Merchant(service(), `docs-${++merchants}`);
    await merchant.applyTemplate("growth-flywheel");
    return merchant;
  }

  /** Runs a program as its reader would, and answers what it printed. */
  async function output(program: string, token: string, around = "reroute.mjs"): Promise<string> {
    const { stdout } = await run(process.execPath, ["--import", join(here, around), program], {
      env: { ...process.env, FLYWHEEL_TOKEN: token, FLYWHEEL_TEST_URL: service().baseUrl },
      timeout: 50_000,
    });
    return stdout;
  }

  /** The page of a mini-program as the docs make it, opened and not shown yet. */
  function roomPage(merchant: Merchant): { mini: MiniProgram; room: MiniPage } {
    const mini = new MiniProgram(service().baseUrl, () => merchant.token("viewer", "viewer-1"));
    const [flywheel = "", page = ""] = blocks("examples/mini-program.md");
    mini.add("mini-program.js", readFileSync(join(web, "examples/mini-program.js"), "utf8"));
    mini.add("flywheel.js", flywheel);
    mini.add("room.js", page);
    const room = mini.page("room.js");
    room.onLoad({ room: "room-1" });
    return { mini, room };
  }

  async function outputOfBlock(index: number, token: string, around?: string): Promise<string> {
    const program = join(scratch, `readme-${index}.mjs`);
    mkdirSync(scratch, { recursive: true });
    writeFileSync(program, blocks("README.md")[index] ?? "");
    return await output(program, token, around);
  }

  test("README: the first call lists the tasks", async () => {
    const merchant = await merchantWithTemplate();
    const printed = await outputOfBlock(0, merchant.token("viewer", "viewer-1"));
    expect(printed.trim().split("\n").length).toBeGreaterThan(2);
    expect(printed).toMatch(/\p{Script=Han}+ 0n \/ \d+n/u);
  });

  test("README: a room in a page shows the viewer's streak and points", async () => {
    const merchant = await merchantWithTemplate();
    const printed = await outputOfBlock(1, merchant.token("viewer", "viewer-1"), "page.mjs");
    expect(printed).toMatch(/^state: present$/m);
    expect(printed).not.toMatch(/^notice: /m);
    expect(printed).toMatch(/^connection: live$/m);
    expect(printed).toMatch(/^streak: 1$/m);
    // Entering has its points, too, which the first snapshot may tell or not yet.
    const points = [...printed.matchAll(/^points: (\d+)$/gm)].map((match) => Number(match[1]));
    expect(points.length).toBeGreaterThan(1);
    expect(points.at(-1)).toBeGreaterThan(points[0] ?? NaN);
  });

  test("README: the page asks a viewer to sign in whom its back end does not know", async () => {
    await expect(outputOfBlock(1, "", "page.mjs")).rejects.toMatchObject({
      stdout: expect.stringMatching(/^notice: Please sign in\.$/m) as string,
      stderr: expect.stringContaining("nobody is signed in") as string,
    });
  });

  test("README: an error is told by its field", async () => {
    const merchant = await merchantWithTemplate();
    const printed = await outputOfBlock(2, merchant.token("viewer", "viewer-1"));
    expect(printed).toMatch(/^date: /);
  });

  test("examples/node-quickstart.mjs goes from entering to points", async () => {
    const merchant = await merchantWithTemplate();
    const program = join(web, "examples/node-quickstart.mjs");
    const printed = await output(program, merchant.token("viewer", "viewer-1"));
    expect(printed).toMatch(/room: present/);
    expect(printed).toMatch(/checked in.*, streak 1/);
    expect(printed).toMatch(/stream: .*taskProgressed/);
    expect(printed).toMatch(/room: left/);
    const points = Number(/points: (\d+)/.exec(printed.split("\n").at(-2) ?? printed)?.[1]);
    expect(await merchant.balance("viewer-1")).toBe(points);
    expect(points).toBeGreaterThan(0);
  });

  test("examples/node-quickstart.mjs ends with the reason where something fails in the room", async () => {
    const merchant = new Merchant(service(), `docs-${++merchants}`);
    await merchant.apply(`
name: No check-in
tasks:
  - id: likes
    title: { zh: 点赞, en: Likes }
    trigger: like
    tiers: [{ threshold: 3, rewards: [{ points: 5 }] }]
`);
    const program = join(web, "examples/node-quickstart.mjs");
    await expect(output(program, merchant.token("viewer", "viewer-1"))).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/room: left/) as string,
      stderr: expect.stringMatching(/^CHECK_IN_NOT_CONFIGURED: /) as string,
    });
  });

  test("examples/mini-program.md: a page enters, polls, checks in and likes with wx.request alone", async () => {
    const merchant = await merchantWithTemplate();
    const { mini, room } = roomPage(merchant);
    await room.onCheckIn();
    expect(mini.toasts).toEqual(["请先进入直播间"]);
    await room.onShow();
    onTestFinished(async () => {
      await room.onHide();
    });
    expect((room.data["tasks"] as unknown[]).length).toBeGreaterThan(2);
    await room.onCheckIn();
    expect(room.data["streak"]).toBe(1);

    // The answers of two sendings are lost; the likes are counted once.
    mini.loseAnswers = 2;
    await room.onLike({ detail: { count: 4 } });
    expect(await merchant.count("viewer-1", "daily-likes")).toBe(4);
    const balance = await merchant.balance("viewer-1");
    expect(balance).toBeGreaterThan(0);
    await until(() => room.data["points"] === balance, "the points by polling");
  });

  test("examples/mini-program.md: a page that is hidden before it is in the room leaves it once", async () => {
    const { mini, room } = roomPage(await merchantWithTemplate());
    const shown = room.onShow();
    await room.onHide();
    await room.onUnload();
    await shown;
    const verbs = mini.urls.map((url) => /room-1:(.*)/.exec(url)?.[1]).filter((verb) => verb);
    expect(verbs).toEqual(["enter", "leave"]);
  });

  test("examples/mini-program.md: an error page of the back end is not taken for a token", async () => {
    const { mini, room } = roomPage(await merchantWithTemplate());
    onTestFinished(async () => {
      await room.onHide();
    });
    mini.refuseTokens = 1;
    await room.onShow();
    expect(mini.warnings).toEqual(["no token: HTTP 503"]);
    expect((room.data["tasks"] as unknown[]).length).toBeGreaterThan(2);
  });

  test("examples/mini-program.md: a page that finds no network enters when there is one", async () => {
    const { mini, room } = roomPage(await merchantWithTemplate());
    onTestFinished(async () => {
      await room.onHide();
    });
    mini.loseAnswers = 4;
    await room.onShow();
    expect(mini.warnings).toHaveLength(1);
    const entries = () => mini.urls.filter((url) => url.endsWith("room-1:enter")).length;
    await until(() => entries() === 5, "another entry");
  });
});

interface MiniPage {
  data: Record<string, unknown>;
  setData: (news?: object) => void;
  onLoad: (query: { room: string }) => void;
  onShow: () => Promise<void>;
  onHide: () => Promise<unknown>;
  onUnload: () => Promise<unknown>;
  onCheckIn: () => Promise<void>;
  onLike: (event: { detail: { count: number } }) => Promise<unknown>;
}

interface WxRequest {
  url: string;
  method?: string;
  data?: Record<string, string>;
  header?: Record<string, string>;
  timeout?: number;
  success: (answer: { statusCode: number; data: unknown }) => void;
  fail: (error: { errMsg: string }) => void;
}

/** As much of a mini-program's surroundings as its docs use: modules, Page, wx.request and wx.showToast. */
class MiniProgram {
  readonly #sources = new Map<string, string>();
  readonly #loaded = new Map<string, { exports: unknown }>();
  readonly toasts: string[] = [];
  readonly warnings: unknown[] = [];
  readonly urls: string[] = [];
  loseAnswers = 0;
  refuseTokens = 0;
  #page: MiniPage | undefined;

  constructor(
    private readonly baseUrl: string,
    private readonly token: () => string,
  ) {}

  add(name: string, source: string): void {
    this.#sources.set(name, source);
  }

  page(name: string): MiniPage {
    this.#require(name);
    if (!this.#page) throw new Error(`${name} makes no page`);
    return this.#page;
  }

  #require(path: string): unknown {
    const name = path.split("/").at(-1) ?? path;
    const known = this.#loaded.get(name);
    if (known) return known.exports;
    const module = { exports: {} as unknown };
    this.#loaded.set(name, module);
    runInNewContext(this.#sources.get(name) ?? "", {
      module,
      console: { warn: (text: unknown) => this.warnings.push(text) },
      setTimeout,
      clearTimeout,
      require: (other: string) => this.#require(other),
      wx: {
        request: (request: WxRequest) => void this.#send(request),
        showToast: ({ title }: { title: string }) => this.toasts.push(title),
      },
      Page: (page: MiniPage) => {
        this.#page = page;
        page.setData = (news) => Object.assign(page.data, news);
      },
    });
    return module.exports;
  }

  /** wx.request: the data of a GET becomes its query, any status is a success, JSON is parsed. */
  async #send({ url, method = "GET", data, header = {}, success, fail }: WxRequest): Promise<void> {
    if (url === "https://shop.example.com/flywheel-token") {
      const isRefused = this.refuseTokens-- > 0;
      success(
        isRefused
          ? { statusCode: 503, data: "Unavailable" }
          : { statusCode: 200, data: { token: this.token() } },
      );
      return;
    }
    this.urls.push(url);
    const query = method === "GET" && data ? `?${new URLSearchParams(data).toString()}` : "";
    try {
      const response = await fetch(url.replace("https://flywheel.example.com", this.baseUrl) + query, {
        method,
        headers: header,
        ...(method === "GET" ? {} : { body: JSON.stringify(data) }),
      });
      const answer = { statusCode: response.status, data: await response.json() };
      if (method === "POST" && this.loseAnswers > 0) {
        this.loseAnswers--;
        fail({ errMsg: "request:fail" });
      } else {
        success(answer);
      }
    } catch (error) {
      fail({ errMsg: `request:fail ${String(error)}` });
    }
  }
}
