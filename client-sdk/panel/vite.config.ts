import vue from "@vitejs/plugin-vue";
import { defineConfig, type Plugin } from "vite";

/**
 * Three entries: the phone page, the element that other pages embed, and the board that is laid over a stream. Each feature
 * is a file of its own, which is loaded when it is needed. Pages embed flywheel-panel.js, whose name never changes: it loads
 * the element's present file.
 */
export default defineConfig({
  base: "./",
  plugins: [vue({ features: { customElement: true, optionsAPI: false } }), binaryOnly(), embedScript()],
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { page: "index.html", element: "src/element.ts", board: "board/index.html" } },
  },
  server: { proxy: { "/flywheel.v1.": process.env["FLYWHEEL_URL"] ?? "http://localhost:8080" } },
});

/** The panel speaks Protobuf's binary form alone: what reads and writes its JSON stays out of the script. */
function binaryOnly(): Plugin {
  const stub = "\0no-json";
  return {
    name: "binary-only",
    apply: "build",
    enforce: "pre",
    resolveId: (source, importer) =>
      /\/(from|to)-json\.js$/.test(source) && importer?.includes("@bufbuild/protobuf") ? stub : null,
    load: (id) =>
      id === stub
        ? ["fromJson", "fromJsonString", "mergeFromJson", "mergeFromJsonString", "enumFromJson", "isEnumJson"]
            .concat(["toJson", "toJsonString", "enumToJson"])
            .map((name) => `export const ${name} = () => { throw new Error("no JSON in the panel"); };`)
            .join("\n")
        : null,
  };
}

/** Makes flywheel-panel.js, a classic script: it finds the element's file beside itself, whatever page it stands in. */
function embedScript(): Plugin {
  return {
    name: "embed-script",
    generateBundle(_, bundle) {
      const element = Object.values(bundle).find((file) => file.type === "chunk" && file.name === "element");
      if (!element) throw new Error("there is no chunk of the element");
      const source = `{
  const own = document.currentScript ?? document.querySelector('script[src*="flywheel-panel.js"]');
  import(new URL(${JSON.stringify(element.fileName)}, own.src).href).catch((error) => {
    console.error("<flywheel-panel> could not be loaded", error);
  });
}
`;
      this.emitFile({ type: "asset", fileName: "flywheel-panel.js", source });
    },
  };
}
