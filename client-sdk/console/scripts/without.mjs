// Builds the console without each feature's folder in turn: nothing else may need it. Into a folder that goes again.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";

const root = join(import.meta.dirname, "..");
const features = readdirSync(join(root, "src/features"));

for (const feature of features) {
  const outDir = mkdtempSync(join(tmpdir(), "flywheel-console-"));
  try {
    const output = await build({
      root,
      logLevel: "error",
      plugins: [withoutFolder(feature)],
      build: { outDir, minify: false, reportCompressedSize: false },
    });
    const modules = output.output.flatMap((chunk) => chunk.moduleIds ?? []);
    if (modules.some((id) => id.includes(`/features/${feature}/`))) {
      throw new Error(`something reaches the folder of ${feature} although it is not there`);
    }
    const left = features.filter((name) => modules.some((id) => id.includes(`/features/${name}/`)));
    if (left.length !== features.length - 1) {
      throw new Error(`without ${feature} there is only ${left.join(", ")}`);
    }
    console.log(`builds without ${feature}`);
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}

/** Hides a feature's folder: the registry's patterns leave it out, and importing a file of it fails the build. */
function withoutFolder(feature) {
  return {
    name: `without-${feature}`,
    enforce: "pre",
    transform: (code, id) =>
      /\/(registry|parts)\.ts$/.test(id)
        ? code.replace(/"(\.\.\/features\/\*\/[\w.]+)"/g, `["$1", "!../features/${feature}/**"]`)
        : undefined,
    load(id) {
      if (id.includes(`/features/${feature}/`))
        this.error(`${id} is needed, although ${feature} was deleted`);
    },
  };
}
