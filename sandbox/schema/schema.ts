import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "../repository";
import { closest } from "./closest";
import type { ResourceSchema } from "./kinds";
import { InstalledPackage, type PackageName } from "./packages";
import { Typings } from "./typings";

const CACHE = join(REPOSITORY, ".cache", "sandbox-schema");
const SOURCES = join(REPOSITORY, "sandbox", "schema");

/** What is known of one provider package, from its typings; kept per version and per form of this generator. */
export class Schema {
  readonly source: InstalledPackage;
  private readonly folder: string;
  private readonly loaded = new Map<string, ResourceSchema>();
  private typings: Typings | undefined;

  constructor(
    readonly name: PackageName,
    cache: string = CACHE,
  ) {
    this.source = new InstalledPackage(name);
    this.folder = join(cache, `${name}-${this.source.version}-${generatorVersion()}`);
  }

  /** The schema of a resource type, or undefined where the package has no such type. */
  resource(token: string): ResourceSchema | undefined {
    const known = this.loaded.get(token) ?? this.read(token) ?? this.generate(token);
    if (known !== undefined) this.loaded.set(token, known);
    return known;
  }

  /** A sentence on a type that the package does not have. */
  unknownType(token: string): string {
    const types = [...this.source.types().keys()];
    const family = types.filter((type) => type.startsWith(`${token.split("/")[0] ?? ""}/`));
    const near = closest(token, family.length > 0 ? family : types);
    const hint = near === undefined ? "" : ` Did you mean ${near}?`;
    return `unknown resource type ${token}: @pulumi/${this.name} ${this.source.version} has ${types.length} types, not this one.${hint}`;
  }

  private file(token: string): string {
    return join(this.folder, `${token.replace(/[:/]/g, "_")}.json`);
  }

  private read(token: string): ResourceSchema | undefined {
    try {
      return JSON.parse(readFileSync(this.file(token), "utf8")) as ResourceSchema;
    } catch {
      return undefined;
    }
  }

  private generate(token: string): ResourceSchema | undefined {
    if (this.typings === undefined) {
      this.typings = new Typings(this.source);
      if (mkdirSync(this.folder, { recursive: true }) !== undefined) {
        process.stderr.write(`sandbox: reading the typings of @pulumi/${this.name} ${this.source.version} (once)\n`);
      }
    }
    const schema = this.typings.resource(token);
    if (schema !== undefined) {
      // Two processes may generate at once: each writes the whole file beside, and the last rename wins with equal text.
      const partial = `${this.file(token)}.${process.pid}`;
      writeFileSync(partial, JSON.stringify(schema));
      renameSync(partial, this.file(token));
    }
    return schema;
  }
}

let version: string | undefined;
/** A digest of this folder's sources, so that a changed generator never reads an old cache. */
function generatorVersion(): string {
  if (version === undefined) {
    const digest = createHash("sha256");
    for (const file of readdirSync(SOURCES).sort()) digest.update(readFileSync(join(SOURCES, file)));
    version = digest.digest("hex").slice(0, 8);
  }
  return version;
}
