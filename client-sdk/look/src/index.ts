export * from "./wording.js";
export * from "./causes.js";
export * from "./counts.js";
