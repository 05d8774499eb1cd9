import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { build, type Plugin } from "vite";

export type App = "panel" | "console";

const rootOf = (app: App) => fileURLToPath(new URL(`../../${app}`, import.meta.url));

/** The folders of features that an app has. */
export function featuresOf(app: App): string[] {
  return readdirSync(join(rootOf(app), "src/features"));
}

/** Another build of an app than the one that the server hands out. */
export class Build {
  private constructor(
    private readonly app: App,
    private readonly folder: string,
  ) {}

  /**
   * Builds an app, which takes some seconds.
   *
   * @param left features whose folders are not there
   * @param prefix what the names of its scripts begin with, as a release has other names than the one before
   */
  static async of(
    app: App,
    { left = [], prefix = "" }: { left?: readonly string[]; prefix?: string },
  ): Promise<Build> {
    const folder = mkdtempSync(join(tmpdir(), `flywheel-${app}-`));
    await build({
      root: rootOf(app),
      configFile: join(rootOf(app), "vite.config.ts"),
      logLevel: "error",
      plugins: left.length > 0 ? [without(left)] : [],
      build: {
        outDir: folder,
        emptyOutDir: true,
        minify: false,
        reportCompressedSize: false,
        rolldownOptions: {
          output: {
            entryFileNames: `assets/${prefix}[name]-[hash].js`,
            chunkFileNames: `assets/${prefix}[name]-[hash].js`,
          },
        },
      },
    });
    return new Build(app, folder);
  }

  /** Hands it out to a page instead of the server's own. What it does not have is not there. */
  async serve(page: Page): Promise<void> {
    await page.route(`**/${this.app}/**`, async (route) => {
      const path = new URL(route.request().url()).pathname.replace(`/${this.app}/`, "");
      const file = extname(path) === "" ? "index.html" : path;
      try {
        await route.fulfill({
          body: readFileSync(join(this.folder, file)),
          contentType: types[extname(file)] ?? "application/octet-stream",
        });
      } catch {
        await route.fulfill({ status: 404 });
      }
    });
  }

  delete(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

/** Hides features' folders from the registries. */
function without(features: readonly string[]): Plugin {
  const hidden = features.map((feature) => `"!../features/${feature}/**"`).join(", ");
  return {
    name: "without-features",
    enforce: "pre",
    transform: (code, id) =>
      /\/(registry|parts)\.ts$/.test(id)
        ? code.replace(/("\.\.\/features\/\*\/[\w.]+")/g, `[$1, ${hidden}]`)
        : undefined,
    load(id) {
      const needed = features.find((feature) => id.includes(`/features/${feature}/`));
      if (needed !== undefined) this.error(`${id} is needed, although ${needed} is not there`);
    },
  };
}
