import path from "node:path";
import { run } from "../main";
import { createImage } from "./image";

const { argv, env, stdin, stdout, stderr } = process;
const text = { name: "npm run image --", description: "" };
const host = { root: path.resolve(__dirname, "../.."), env, stdin, stdout, stderr };

void run(text, [createImage(env.INIT_CWD ?? process.cwd())], argv.slice(2), host).then((code) => process.exit(code));
