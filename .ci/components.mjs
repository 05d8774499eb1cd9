// Writes a CycloneDX SBOM of what is delivered, from what the build knows anyway and without asking anybody.
//
//   node .ci/components.mjs sbom.json [components.txt … package-lock.json …]
//
// A text is what Maven's dependency:list writes of a module; of a lock file of npm all count but what only development
// needs. A file that is not there, such as of a module that was not built, is told and left out.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const [out, ...files] = process.argv.slice(2);
if (!out) {
  console.error("nothing to write (expected: an SBOM's file, and files that tell of components)");
  process.exit(2);
}

/** The jars of a list: group:artifact:type[:classifier]:version:scope, each on a line of its own. */
function jars(text) {
  return [...text.matchAll(/^\s+([^\s:]+):([^\s:]+):([^\s:]+)(?::([^\s:]+))?:([^\s:]+):(compile|runtime)\b/gm)].map(
    ([, group, name, type, classifier, version]) => {
      const qualifiers = `?type=${type}` + (classifier ? `&classifier=${classifier}` : "");
      return { group, name, version, purl: `pkg:maven/${group}/${name}@${version}${qualifiers}` };
    },
  );
}

/** The packages of a lock file; links are to our own. */
function packages(text) {
  return Object.entries(JSON.parse(text).packages)
    .filter(([path, found]) => path.includes("node_modules/") && found.version && !found.dev && !found.link)
    .map(([path, { version }]) => {
      const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
      return { name, version, purl: `pkg:npm/${name.replace("@", "%40")}@${version}` };
    });
}

const components = new Map();
for (const file of files) {
  if (!existsSync(file)) {
    console.warn(`${file}: not built, so that its components are left out`);
    continue;
  }
  const text = readFileSync(file, "utf8");
  for (const component of file.endsWith(".json") ? packages(text) : jars(text)) {
    components.set(component.purl, { type: "library", "bom-ref": component.purl, ...component });
  }
}
const sorted = [...components.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1));
writeFileSync(
  out,
  JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.6", version: 1, components: sorted }, null, 2) + "\n",
);
console.log(`${out}: ${sorted.length} components`);
