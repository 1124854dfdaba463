import { createHash } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

let sequence = 0;

function beside(file: string): string {
  sequence += 1;
  return `${file}.${process.pid}.${sequence}.partial`;
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** Does it, and makes the folder first where it was missing. */
function inFolder(file: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!isCode(error, "ENOENT")) throw error;
    mkdirSync(dirname(file), { recursive: true });
    act();
  }
}

/** Replaces a file at once: a reader, or a process killed half way, sees the old text or the new one. */
export function replaceFile(file: string, text: string): void {
  const partial = beside(file);
  inFolder(partial, () => writeFileSync(partial, text));
  renameSync(partial, file);
}

/** Creates a file with its whole text, or says false where one exists. One process only ever hears true. */
export function createFile(file: string, text: string): boolean {
  const partial = beside(file);
  inFolder(partial, () => writeFileSync(partial, text));
  try {
    linkSync(partial, file);
    return true;
  } catch (error) {
    if (isCode(error, "EEXIST")) return false;
    throw error;
  } finally {
    unlinkSync(partial);
  }
}

export function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

export function removeFile(file: string): boolean {
  try {
    unlinkSync(file);
    return true;
  } catch (error) {
    if (isCode(error, "ENOENT")) return false;
    throw error;
  }
}

/** A name for a file that a person recognizes and that no two texts share. */
export function fileName(text: string): string {
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 10);
  const readable = text
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[-.]+/, "")
    .slice(-80);
  return `${readable}~${digest}`;
}
