import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const BEAT_MILLISECONDS = 5_000;
const DEAD_AFTER_MILLISECONDS = 60_000;

/**
 * Runs `work` while holding the lock file, waiting for whoever has it. The holder touches the file as it works, so that
 * one that was killed does not block for ever. What is installed is put in place by renaming: the lock only saves work.
 */
export async function withLock<T>(file: string, waiting: () => void, work: () => Promise<T>): Promise<T> {
  mkdirSync(path.dirname(file), { recursive: true });
  let told = false;
  while (!take(file)) {
    if (isDead(file)) {
      remove(file);
      continue;
    }
    if (!told) {
      told = true;
      waiting();
    }
    await sleep(500);
  }
  const beat = setInterval(() => touch(file), BEAT_MILLISECONDS);
  beat.unref();
  const release = (): void => rmSync(file, { force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    process.off("exit", release);
    release();
  }
}

function take(file: string): boolean {
  try {
    writeFileSync(file, JSON.stringify({ host: hostname(), pid: process.pid }), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") {
      return false;
    }
    throw error;
  }
}

function isDead(file: string): boolean {
  try {
    if (Date.now() - statSync(file).mtimeMs > DEAD_AFTER_MILLISECONDS) {
      return true;
    }
    const holder = JSON.parse(readFileSync(file, "utf8")) as { host: string; pid: number };
    return holder.host === hostname() && !isAlive(holder.pid);
  } catch {
    // Released, or not yet written: look again.
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** By way of a rename, so that of several who wait only one takes a dead holder's lock away. */
function remove(file: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    rmSync(aside, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      throw error;
    }
  }
}

function touch(file: string): void {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // Taken away as dead after this machine slept: the work goes on, and its result is put in place whole.
  }
}
