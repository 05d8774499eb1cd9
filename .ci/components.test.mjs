// node --test .ci/components.test.mjs
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("components.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "components"));
after(() => rmSync(folder, { recursive: true }));

function sbomOf(...files) {
  const out = join(folder, "sbom.json");
  const run = spawnSync(process.execPath, [script, out, ...files], { encoding: "utf8" });
  assert.equal(run.status, 0, run.stderr);
  return { sbom: JSON.parse(readFileSync(out, "utf8")), told: run.stdout + run.stderr };
}

test("jars and packages that are delivered are written once each, those of development are not", () => {
  const list = join(folder, "components.txt");
  writeFileSync(
    list,
    [
      "",
      "The following files have been resolved:",
      "   org.a:one:jar:1.0:compile -- module one",
      "   org.a:native:jar:linux-x86_64:2.0:runtime",
      "   org.a:one:jar:1.0:compile",
      "   org.a:tested:jar:3.0:test",
      "",
    ].join("\n"),
  );
  const lock = join(folder, "package-lock.json");
  writeFileSync(
    lock,
    JSON.stringify({
      packages: {
        "": { version: "0.1.0" },
        web: { version: "0.1.0" },
        "node_modules/@ours/web": { resolved: "web", link: true },
        "node_modules/vue": { version: "3.5.0" },
        "node_modules/a/node_modules/@scope/b": { version: "1.2.3" },
        "node_modules/vite": { version: "8.0.0", dev: true },
      },
    }),
  );
  const { sbom, told } = sbomOf(list, lock, join(folder, "none.txt"));
  assert.equal(sbom.bomFormat, "CycloneDX");
  assert.deepEqual(
    sbom.components.map((component) => component.purl),
    [
      "pkg:maven/org.a/native@2.0?type=jar&classifier=linux-x86_64",
      "pkg:maven/org.a/one@1.0?type=jar",
      "pkg:npm/%40scope/b@1.2.3",
      "pkg:npm/vue@3.5.0",
    ],
  );
  assert.match(told, /none\.txt: not built/);
});
