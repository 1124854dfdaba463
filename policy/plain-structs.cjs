// Makes the pack read what the engine says of a resource straight into JavaScript. google-protobuf makes an object and a map of each
// value first, from which @pulumi/policy only ever asks the plain value: that was a seventh of what the pack cost.
"use strict";
const { createRequire } = require("node:module");

const sdk = createRequire(createRequire(require.resolve("@pulumi/policy")).resolve("@pulumi/pulumi"));
const { Struct, Value } = sdk("google-protobuf/google/protobuf/struct_pb.js");

const plain = Symbol("plain");
const { getFieldsMap, toJavaScript } = Struct.prototype;
if (
  typeof Struct.deserializeBinaryFromReader !== "function" ||
  toJavaScript === undefined ||
  getFieldsMap === undefined
)
  throw new Error("google-protobuf reads a Struct otherwise: see policy/plain-structs.cjs");

Struct.deserializeBinaryFromReader = (message, reader) => {
  message[plain] = struct(reader);
  return message;
};
Struct.prototype.toJavaScript = function () {
  return this[plain] ?? toJavaScript.call(this);
};
Struct.prototype.getFieldsMap = function (...args) {
  if (this[plain] !== undefined) throw new Error("This Struct was read as plain JavaScript: policy/plain-structs.cjs");
  return getFieldsMap.apply(this, args);
};

/** google.protobuf.Struct: a map of values. Sorted by key, as google-protobuf's own. */
function struct(reader) {
  const fields = {};
  const field = { key: "", value: undefined };
  let last = "";
  let sorted = true;
  while (reader.nextField()) {
    if (reader.getFieldNumber() !== 1) {
      reader.skipField();
      continue;
    }
    field.key = "";
    field.value = undefined;
    reader.readMessage(field, entry);
    fields[field.key] = known(field.value);
    sorted &&= last <= field.key;
    last = field.key;
  }
  if (sorted) return fields;
  return Object.fromEntries(
    Object.keys(fields)
      .sort()
      .map((key) => [key, fields[key]]),
  );
}

function entry(field, reader) {
  while (reader.nextField()) {
    if (reader.getFieldNumber() === 1) field.key = reader.readString();
    else if (reader.getFieldNumber() === 2) field.value = read(reader, value);
    else reader.skipField();
  }
}

const KIND = Value.KindCase;

/** google.protobuf.Value: of what is written into it, the last counts. */
function value(reader) {
  let found;
  while (reader.nextField()) {
    switch (reader.getFieldNumber()) {
      case KIND.NULL_VALUE:
        reader.readEnum();
        found = null;
        break;
      case KIND.NUMBER_VALUE:
        found = reader.readDouble();
        break;
      case KIND.STRING_VALUE:
        found = reader.readString();
        break;
      case KIND.BOOL_VALUE:
        found = reader.readBool();
        break;
      case KIND.STRUCT_VALUE:
        found = read(reader, struct);
        break;
      case KIND.LIST_VALUE:
        found = read(reader, list);
        break;
      default:
        reader.skipField();
    }
  }
  return found;
}

/** google.protobuf.ListValue. */
function list(reader) {
  const values = [];
  while (reader.nextField()) {
    if (reader.getFieldNumber() === 1) values.push(known(read(reader, value)));
    else reader.skipField();
  }
  return values;
}

/** A message within the message. */
function read(reader, how) {
  let found;
  reader.readMessage(found, () => {
    found = how(reader);
  });
  return found;
}

function known(found) {
  if (found === undefined) throw new Error("Unexpected struct type");
  return found;
}
