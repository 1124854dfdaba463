import path from "node:path";
import { run } from "../operations/main";
import { createBootstrap } from "./bootstrap";

const { argv, env, stdin, stdout, stderr } = process;
const text = { name: "npm run bootstrap --", description: "" };
const host = { root: path.resolve(__dirname, ".."), env, stdin, stdout, stderr };

void run(text, [createBootstrap()], argv.slice(2), host).then((code) => process.exit(code));
