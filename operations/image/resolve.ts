import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ExitReason } from "../exit-codes";
import { Failure } from "../failure";
import { columns } from "../terminal";
import type { Context } from "../verb";
import { ask, digestOf, parseImageName } from "./registry";

/** What a Dockerfile fixes, one `ARG` each: `…_IMAGE` by digest, `…_SHA256` of the file that the line after it adds. */
const IMAGE = /^ARG (?<name>[A-Z0-9_]+_IMAGE)=(?<image>\S+?)(@(?<pin>sha256:[0-9a-f]{64}))?$/gm;
const FILE =
  /^ARG (?<name>[A-Z0-9_]+_SHA256)=(?<pin>[0-9a-f]{64})\nADD [^\n]*\$\{\k<name>\}[^\n]*\\\n\s+(?<url>https:\/\/\S+) /gm;

interface Pin {
  readonly name: string;
  readonly of: string;
  /** Undefined when it is not fixed yet. */
  readonly pinned: string | undefined;
  readonly now: string;
}

/** Asks where each thing comes from what it is now. Nothing is written unless all of them answered. */
export async function resolvePins(
  { terminal, signal }: Context,
  folder: string,
  { write, json }: { readonly write: boolean; readonly json: boolean },
): Promise<ExitReason> {
  const file = path.join(folder, "Dockerfile");
  if (!existsSync(file))
    throw new Failure("usage", `${folder} has no Dockerfile.`, "Give --path, such as application.");
  const text = readFileSync(file, "utf8");
  const pins = await Promise.all([...images(text, signal), ...files(text, signal)]);
  if (pins.length === 0) {
    throw new Failure("usage", `${file} fixes nothing.`, "It needs lines such as ARG PHP_IMAGE=php:8.3-fpm-alpine.");
  }
  const newer = pins.filter(({ pinned, now }) => pinned !== now);
  if (json) terminal.json(pins.map(({ pinned = null, ...pin }) => ({ ...pin, pinned })));
  else {
    const rows = pins.map(({ name, of, pinned, now }) => [name, of, pinned === now ? "as it is" : "new", now]);
    for (const row of columns(rows)) terminal.data(row);
  }
  if (write && newer.length > 0) {
    writeFileSync(file, newer.reduce(withPin, text));
    terminal.say(`${file}: ${newer.map(({ name }) => name).join(", ")} written. Build and test before you commit.`);
  } else {
    terminal.say(newer.length === 0 ? "Nothing is newer." : "Nothing was written: --write does that.");
  }
  return "ok";
}

function images(text: string, signal: AbortSignal): Promise<Pin>[] {
  return [...text.matchAll(IMAGE)].map(async ({ groups }) => {
    const { name = "", image = "", pin } = groups ?? {};
    return { name, of: image, pinned: pin, now: await digestOf(parseImageName(image), signal) };
  });
}

function files(text: string, signal: AbortSignal): Promise<Pin>[] {
  return [...text.matchAll(FILE)].map(async ({ groups }) => {
    const { name = "", url = "", pin } = groups ?? {};
    const answer = await ask(url, {}, signal);
    if (!answer.ok) throw new Failure("failed", `${url} answered ${answer.status}.`);
    const now = createHash("sha256")
      .update(Buffer.from(await answer.arrayBuffer()))
      .digest("hex");
    return { name, of: url, pinned: pin, now };
  });
}

function withPin(text: string, { name, of, now }: Pin): string {
  const line = new RegExp(`^ARG ${name}=.*$`, "m");
  return text.replace(line, () => (name.endsWith("_IMAGE") ? `ARG ${name}=${of}@${now}` : `ARG ${name}=${now}`));
}
