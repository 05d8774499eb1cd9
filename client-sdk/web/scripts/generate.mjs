// Makes src/gen from the contract, flywheel.binpb, that the build of the protos leaves behind, and src/gen/index.ts, which
// exports all of it that is Flywheel's. What only servers look at (HTTP paths, field rules, codes of errors) is taken out
// first, so that no browser has to load the descriptors of those options. Long files are divided by who needs what.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  CodeGeneratorRequestSchema,
  CodeGeneratorResponseSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { createRequire } from "node:module";
import { divide } from "./divide.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const contract = join(here, "../../../proto/target/classes/flywheel.binpb");
const target = join(here, "../src/gen");

const errorDetails = "google/rpc/error_details.proto";
/** The messages of that file that Flywheel sends with its errors, and what they are made of. */
const sentDetails = ["ErrorInfo", "RetryInfo", "BadRequest", "LocalizedMessage"];

const ownOptions = "flywheel/v1/options.proto";
/**
 * What merchants configure, and what platforms report: services of viewers name a few of their messages, and viewers' apps
 * should load only those.
 */
const divided = ["flywheel/v1/program.proto", "flywheel/v1/event.proto"];

const kept = (name) =>
  (name.startsWith("flywheel/") && name !== ownOptions) ||
  name.startsWith("google/protobuf/") ||
  name === errorDetails;

const set = fromBinary(FileDescriptorSetSchema, read(contract));
const whole = set.file.filter((file) => kept(file.name));
for (const file of whole) {
  file.dependency = file.dependency.filter(kept);
  if (file.name === errorDetails) {
    file.messageType = file.messageType.filter(({ name }) => sentDetails.includes(name));
  }
  file.messageType.forEach(withoutOptions);
  for (const { value } of file.enumType) {
    for (const each of value) {
      each.options = undefined;
    }
  }
  for (const service of file.service) {
    for (const method of service.method) {
      method.options = undefined;
    }
  }
}
const files = divided.reduce((all, name) => {
  const file = all.find((each) => each.name === name);
  const parts = divide(all, file);
  return all.flatMap((each) => (each === file ? parts : [each]));
}, whole);

const request = create(CodeGeneratorRequestSchema, {
  fileToGenerate: files.filter((file) => !file.name.startsWith("google/protobuf/")).map((file) => file.name),
  parameter: "target=ts,import_extension=js",
  protoFile: files,
});
const plugin = createRequire(import.meta.url).resolve("@bufbuild/protoc-gen-es/bin/protoc-gen-es");
const response = fromBinary(
  CodeGeneratorResponseSchema,
  execFileSync(process.execPath, [plugin], {
    input: toBinary(CodeGeneratorRequestSchema, request),
    maxBuffer: 1 << 28,
  }),
);
if (response.error) {
  throw new Error(response.error);
}

const exported = response.file
  .filter(({ name }) => name.startsWith("flywheel/"))
  .map(({ name }) => `export * from "./${name.replace(/\.ts$/, ".js")}";\n`);

rmSync(target, { recursive: true, force: true });
for (const file of [...response.file, { name: "index.ts", content: exported.sort().join("") }]) {
  const path = join(target, file.name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, file.content);
}

function read(path) {
  try {
    return readFileSync(path);
  } catch {
    throw new Error(`${path} is missing: build the protos first, with "mvn -pl proto package"`);
  }
}

function withoutOptions(message) {
  for (const field of message.field) {
    field.options = undefined;
  }
  for (const oneof of message.oneofDecl) {
    oneof.options = undefined;
  }
  message.nestedType.forEach((nested) => {
    if (!nested.options?.mapEntry) {
      withoutOptions(nested);
    }
  });
}
