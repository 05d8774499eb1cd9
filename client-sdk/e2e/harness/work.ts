import type { Browser, Page } from "@playwright/test";

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** The time that the thread was at work, in microseconds. */
  readonly tdur?: number;
  readonly args: {
    readonly name?: string;
    readonly data?: { readonly url?: string; readonly processId?: number };
  };
}

/**
 * The longest piece in which a page's main thread was at work while something was done, in milliseconds: what the thread
 * itself used, so that it is the same on a machine that is busy with other things.
 */
export async function longestPieceMillis(
  browser: Browser,
  page: Page,
  act: () => Promise<void>,
): Promise<number> {
  await browser.startTracing(page, {
    categories: ["-*", "devtools.timeline", "disabled-by-default-devtools.timeline"],
  });
  await act();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: TraceEvent[];
  };
  const { origin } = new URL(page.url());
  const processes = new Set(
    traceEvents
      .filter(({ name, args }) => name === "FrameCommittedInBrowser" && args.data?.url?.startsWith(origin))
      .map(({ args }) => args.data?.processId),
  );
  const mainThreads = new Set(
    traceEvents
      .filter(
        ({ name, pid, args }) =>
          name === "thread_name" && args.name === "CrRendererMain" && processes.has(pid),
      )
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const pieces = traceEvents
    .filter(({ name, pid, tid }) => name === "RunTask" && mainThreads.has(`${pid} ${tid}`))
    .map(({ tdur = 0 }) => tdur / 1000);
  if (pieces.length === 0) throw new Error(`nothing was traced of ${origin}`);
  return Math.max(...pieces);
}
