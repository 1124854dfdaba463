import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Values } from "../schema/values";
import { createFile, fileName, readText, removeFile, replaceFile } from "./files";

/** Where a resource lives. */
export interface Place {
  readonly type: string;
  readonly account: string;
  /** "global" where the service has no regions. */
  readonly region: string;
  /** Unique among its type in the account and region; the provider's id where that is unique. */
  readonly key: string;
}

/** One resource of the simulated cloud: one file. */
export interface CloudResource extends Place {
  /** The provider's id. */
  readonly id: string;
  readonly urn: string;
  /** Tells apart resources made one after the other for the same URN. */
  readonly generation: number;
  /** Names held in the account, region or world. */
  readonly names: readonly string[];
  readonly created: string;
  readonly inputs: Values;
  readonly state: Values;
  /** Keys of the state that the cloud answered, apart from the inputs. */
  readonly computed: readonly string[];
}

interface Holder {
  readonly name: string;
  readonly file: string;
  readonly pid: number;
  /** Held after its resource is gone, up to this time. */
  readonly until?: string;
  /** What the service says meanwhile. */
  readonly refusal?: Refusal;
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly operation: string;
}

/** A name that is not free. */
export interface Taken {
  readonly name: string;
  readonly refusal?: Refusal;
}

/**
 * The simulated cloud: a folder, one file per resource, shared by any number of processes. Every change is one rename
 * or link, so that a process killed at any point leaves whole files.
 */
export class Cloud {
  constructor(readonly folder: string) {}

  get(place: Place): CloudResource | undefined {
    const text = readText(this.file(place));
    return text === undefined ? undefined : (JSON.parse(text) as CloudResource);
  }

  has(place: Place): boolean {
    return readText(this.file(place)) !== undefined;
  }

  /** Takes the names, then writes the resource. Returns the name that another resource holds, if one does. */
  create(resource: CloudResource): Taken | undefined {
    const file = this.file(resource);
    const taken = this.holdAll(resource.names, file);
    if (taken === undefined) replaceFile(file, pretty(resource));
    return taken;
  }

  /** Writes a resource over itself, with the names that it has from now on (CloudFront's aliases may change). */
  update(resource: CloudResource, names: readonly string[] = resource.names): Taken | undefined {
    const file = this.file(resource);
    const taken = this.holdAll(
      names.filter((name) => !resource.names.includes(name)),
      file,
    );
    if (taken !== undefined) return taken;
    replaceFile(file, pretty({ ...resource, names }));
    for (const name of resource.names) if (!names.includes(name)) removeFile(this.nameFile(name));
    return undefined;
  }

  /** All of the names or none. */
  private holdAll(names: readonly string[], file: string): Taken | undefined {
    const held: string[] = [];
    for (const name of names) {
      const taken = this.hold(name, file);
      if (taken === undefined) {
        held.push(name);
        continue;
      }
      for (const mine of held) removeFile(this.nameFile(mine));
      return taken;
    }
    return undefined;
  }

  remove(resource: CloudResource): void {
    removeFile(this.file(resource));
    for (const name of resource.names) removeFile(this.nameFile(name));
  }

  /** All resources of a type, in all accounts and regions. */
  list(type: string): CloudResource[] {
    const folder = join(this.folder, "resources", ...folders(type));
    return files(folder).flatMap((file) => {
      const text = readText(join(folder, file));
      return text === undefined ? [] : [JSON.parse(text) as CloudResource];
    });
  }

  types(): string[] {
    const root = join(this.folder, "resources");
    return files(root).flatMap((provider) =>
      files(join(root, provider)).flatMap((module) =>
        files(join(root, provider, module)).map((type) => `${provider}:${module.replace("~", "/")}:${type}`),
      ),
    );
  }

  all(): CloudResource[] {
    return this.types().flatMap((type) => this.list(type));
  }

  /** The next number of a series that never repeats: revisions of a task family, versions of a function. */
  next(series: string): number {
    const folder = join(this.folder, "series", fileName(series));
    let number = files(folder).reduce((most, name) => Math.max(most, Number(name) || 0), 0) + 1;
    while (!createFile(join(folder, String(number)), "")) number += 1;
    return number;
  }

  /** Keeps a name from being used again for some days, as some services do after a deletion. */
  reserve(name: string, days: number, refusal: Refusal): void {
    const until = new Date(Date.now() + days * 86_400_000).toISOString();
    replaceFile(this.nameFile(name), JSON.stringify({ name, file: "", pid: 0, until, refusal } satisfies Holder));
  }

  private hold(name: string, file: string): Taken | undefined {
    const lock = this.nameFile(name);
    const text = JSON.stringify({ name, file, pid: process.pid } satisfies Holder);
    if (createFile(lock, text)) return undefined;
    const held = readText(lock);
    if (held === undefined) return this.hold(name, file);
    const holder = JSON.parse(held) as Holder;
    const taken: Taken = { name, ...(holder.refusal && { refusal: holder.refusal }) };
    const free =
      holder.until === undefined
        ? readText(holder.file) === undefined && !isAlive(holder.pid)
        : holder.until < new Date().toISOString();
    if (!free) return taken;
    // Its time is over, or the holder was killed between taking the name and writing its resource. One may take over:
    // the one that makes this note.
    const seized = `${lock}.${fileName(held)}.seized`;
    if (!createFile(seized, "")) return taken;
    replaceFile(lock, text);
    removeFile(seized);
    return undefined;
  }

  private file(place: Place): string {
    const name = fileName(`${place.account}/${place.region}/${place.key}`);
    return join(this.folder, "resources", ...folders(place.type), `${name}.json`);
  }

  private nameFile(name: string): string {
    return join(this.folder, "names", fileName(name));
  }
}

function folders(type: string): string[] {
  const [provider = "", module = "", name = ""] = type.split(":");
  return [provider, module.replace("/", "~"), name];
}

function files(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.endsWith(".partial"))
      .sort();
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function pretty(resource: CloudResource): string {
  return `${JSON.stringify(resource, null, 1)}\n`;
}
