export * from "./wording.js";
export * from "./counts.js";
