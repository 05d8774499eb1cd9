// Asks osv.dev whether the components of CycloneDX SBOMs have known vulnerabilities.
//
//   node .ci/known-vulnerabilities.mjs [--tell | --strict | --off] [--service=URL] bom.json …
//
// It ends with 0 when none are known, and also when the service can't be asked, which it says: nothing was checked then.
// With --strict, known ones end it with 1; else they are only told. With --off nobody is asked. What can't be used ends
// it with 2.
import { readFileSync } from "node:fs";

const MOST_QUERIES = 1000; // what the service takes at once
const PATIENCE_MILLIS = 10_000;

const options = process.argv.slice(2).filter((argument) => argument.startsWith("--"));
const files = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
let mode = "--tell";
let service = "https://api.osv.dev";
for (const option of options) {
  if (["--tell", "--strict", "--off"].includes(option)) {
    mode = option;
  } else if (option.startsWith("--service=")) {
    service = option.slice("--service=".length);
  } else {
    console.error(`${option} (expected: --tell, --strict, --off or --service=URL)`);
    process.exit(2);
  }
}
if (mode === "--off") {
  console.log("Known vulnerabilities: NOT CHECKED, as was asked for");
  process.exit(0);
}

/** The package URLs of an SBOM's components; ours, which no registry knows, are left out. */
function packages(file) {
  const bom = JSON.parse(readFileSync(file, "utf8"));
  if (bom.bomFormat !== "CycloneDX") {
    throw new Error("it is no CycloneDX SBOM");
  }
  return (bom.components ?? [])
    .map((component) => component.purl?.split(/[?#]/)[0])
    .filter((purl) => purl && !purl.includes("/io.flywheel/") && !purl.includes("/%40flywheel/"));
}

/** What is known of each package, in their order: lists of ids. */
async function ask(purls) {
  const response = await fetch(`${service}/v1/querybatch`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ queries: purls.map((purl) => ({ package: { purl } })) }),
    signal: AbortSignal.timeout(PATIENCE_MILLIS),
  });
  if (!response.ok) {
    throw new Error(`it answers ${response.status}`);
  }
  const { results } = await response.json();
  if (results?.length !== purls.length) {
    throw new Error("it does not answer for each package");
  }
  return results.map((result) => (result.vulns ?? []).map((vulnerability) => vulnerability.id));
}

let purls;
try {
  purls = [...new Set(files.flatMap(packages))].sort();
} catch (failure) {
  console.error(`${files.join(", ")}: ${failure.message}`);
  process.exit(2);
}
if (purls.length === 0) {
  console.error(`${files.join(", ") || "no file"}: no components (expected: SBOMs that name some)`);
  process.exit(2);
}

const known = [];
try {
  for (let from = 0; from < purls.length; from += MOST_QUERIES) {
    const asked = purls.slice(from, from + MOST_QUERIES);
    (await ask(asked)).forEach((ids, i) => ids.forEach((id) => known.push(`${asked[i]}: https://osv.dev/${id}`)));
  }
} catch (failure) {
  console.warn(`Known vulnerabilities: NOT CHECKED, for ${service} can't be asked: ${failure.cause?.message ?? failure.message}`);
  process.exit(0);
}
if (known.length === 0) {
  console.log(`Known vulnerabilities: none in ${purls.length} package(s)`);
} else {
  console.warn(`Known vulnerabilities: ${known.length} in ${purls.length} package(s)\n  ${known.join("\n  ")}`);
  process.exitCode = mode === "--strict" ? 1 : 0;
}
