// Makes src/gen from the contract, flywheel.binpb, that the build of the protos leaves behind. What only servers look at
// (HTTP paths, field rules) is taken out first, so that no browser has to load the descriptors of those options.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  CodeGeneratorRequestSchema,
  CodeGeneratorResponseSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { createRequire } from "node:module";

const here = dirname(fileURLToPath(import.meta.url));
const contract = join(here, "../../../proto/target/classes/flywheel.binpb");
const target = join(here, "../src/gen");

const kept = (name) => name.startsWith("flywheel/") || name.startsWith("google/protobuf/");

const set = fromBinary(FileDescriptorSetSchema, read(contract));
const files = set.file.filter((file) => kept(file.name));
for (const file of files) {
  file.dependency = file.dependency.filter(kept);
  file.messageType.forEach(withoutOptions);
  for (const service of file.service) {
    for (const method of service.method) {
      method.options = undefined;
    }
  }
}

files.push(errorDetails());

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

rmSync(target, { recursive: true, force: true });
for (const file of response.file) {
  const path = join(target, file.name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, file.content);
}

// The three messages of google/rpc/error_details.proto that Flywheel sends with its errors. The contract does not import
// that file, so it is not in the descriptor set.
function errorDetails() {
  const text = (name, number, label = Label.OPTIONAL) => ({ name, number, label, type: Type.STRING });
  const message = (name, number, typeName, label = Label.OPTIONAL) => ({
    name,
    number,
    label,
    type: Type.MESSAGE,
    typeName,
  });
  return create(FileDescriptorProtoSchema, {
    name: "google/rpc/error_details.proto",
    package: "google.rpc",
    syntax: "proto3",
    dependency: ["google/protobuf/duration.proto"],
    messageType: [
      {
        name: "ErrorInfo",
        field: [
          text("reason", 1),
          text("domain", 2),
          message("metadata", 3, ".google.rpc.ErrorInfo.MetadataEntry", Label.REPEATED),
        ],
        nestedType: [
          { name: "MetadataEntry", field: [text("key", 1), text("value", 2)], options: { mapEntry: true } },
        ],
      },
      { name: "RetryInfo", field: [message("retry_delay", 1, ".google.protobuf.Duration")] },
      {
        name: "BadRequest",
        field: [message("field_violations", 1, ".google.rpc.BadRequest.FieldViolation", Label.REPEATED)],
        nestedType: [{ name: "FieldViolation", field: [text("field", 1), text("description", 2)] }],
      },
    ],
  });
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
