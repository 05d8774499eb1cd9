// node --test .ci/known-vulnerabilities.test.mjs
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("known-vulnerabilities.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "known-vulnerabilities"));
after(() => rmSync(folder, { recursive: true }));

function bom(...purls) {
  const file = join(folder, "bom.json");
  writeFileSync(file, JSON.stringify({ bomFormat: "CycloneDX", components: purls.map((purl) => ({ purl })) }));
  return file;
}

function run(...args) {
  return new Promise((resolve) =>
    execFile(process.execPath, [script, ...args], (failure, out, err) =>
      resolve({ code: failure?.code ?? 0, text: out + err }),
    ),
  );
}

/** A service that knows of one package, while the work goes on. */
async function withService(bad, work) {
  const asked = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) {
      body += chunk;
    }
    const purls = JSON.parse(body).queries.map((query) => query.package.purl);
    asked.push(...purls);
    response.end(JSON.stringify({ results: purls.map((purl) => (purl === bad ? { vulns: [{ id: "GHSA-1" }] } : {})) }));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    return { result: await work(`--service=http://127.0.0.1:${server.address().port}`), asked };
  } finally {
    server.close();
  }
}

const good = "pkg:maven/org.good/good@1.0?type=jar";
const bad = "pkg:maven/org.bad/bad@1.0?type=jar";
const ours = "pkg:maven/io.flywheel/flywheel-proto@0.1.0?type=jar";

test("a package with a known vulnerability is named, and fails where that is asked for", async () => {
  const file = bom(good, bad, ours);
  const told = await withService("pkg:maven/org.bad/bad@1.0", (service) => run(service, file));
  assert.equal(told.result.code, 0);
  assert.match(told.result.text, /1 in 2 package\(s\)\n {2}pkg:maven\/org.bad\/bad@1.0: https:\/\/osv.dev\/GHSA-1/);
  assert.deepEqual(told.asked, ["pkg:maven/org.bad/bad@1.0", "pkg:maven/org.good/good@1.0"]);
  const strict = await withService("pkg:maven/org.bad/bad@1.0", (service) => run("--strict", service, file));
  assert.equal(strict.result.code, 1);
});

test("nothing known is said with how much was asked for", async () => {
  const { result } = await withService("", (service) => run("--strict", service, bom(good)));
  assert.deepEqual(result, { code: 0, text: "Known vulnerabilities: none in 1 package(s)\n" });
});

test("a service that can't be reached fails nothing and is not taken for an answer", async () => {
  const result = await run("--strict", "--service=http://127.0.0.1:1", bom(good));
  assert.equal(result.code, 0);
  assert.match(result.text, /^Known vulnerabilities: NOT CHECKED, for http:\/\/127.0.0.1:1 can't be asked: /);
});

test("an SBOM of nothing is a mistake", async () => {
  assert.equal((await run(bom())).code, 2);
});
