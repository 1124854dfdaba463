import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

export const PACKAGES = ["aws", "awsx", "datadog", "github"] as const;
export type PackageName = (typeof PACKAGES)[number];

/** One installed provider package: where it is, which version, which file declares a type. */
export class InstalledPackage {
  readonly folder: string;
  readonly version: string;
  private index: ReadonlyMap<string, string> | undefined;

  constructor(readonly name: PackageName) {
    const manifest = require.resolve(`@pulumi/${name}/package.json`);
    this.folder = dirname(manifest);
    this.version = (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
  }

  /** All resource types and the file (no extension) of each. Reads every module: for errors and odd spellings only. */
  types(): ReadonlyMap<string, string> {
    this.index ??= new Map(this.modules(this.folder).flatMap((file) => this.tokenIn(file)));
    return this.index;
  }

  /** The file (no extension) that declares a resource type. */
  fileOf(token: string): string | undefined {
    const guess = this.guess(token);
    if (guess !== undefined) {
      const [found] = this.tokenIn(guess);
      if (found?.[0] === token) return guess;
    }
    return this.types().get(token);
  }

  private guess(token: string): string | undefined {
    const [, module = "", type = ""] = token.split(":");
    // aws:rds/cluster:Cluster is in rds/cluster, datadog:index/monitor:Monitor in monitor, awsx:ec2:Vpc in ec2/vpc.
    const parts = module.includes("/") ? module.split("/") : [module, type.charAt(0).toLowerCase() + type.slice(1)];
    return join(this.folder, ...parts.filter((part) => part !== "index"));
  }

  private tokenIn(file: string): [string, string][] {
    let text: string;
    try {
      text = readFileSync(`${file}.js`, "utf8");
    } catch {
      return [];
    }
    const token = /__pulumiType = '([^']+)'/.exec(text)?.[1];
    // "aws" alone is the provider itself.
    return token?.includes(":") ? [[token, file]] : [];
  }

  private modules(folder: string): string[] {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      if (entry.name === "node_modules" || entry.name === "types") return [];
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return this.modules(path);
      return entry.name.endsWith(".d.ts") ? [path.slice(0, -".d.ts".length)] : [];
    });
  }

  toString(): string {
    return `@pulumi/${this.name} ${this.version} (${relative(process.cwd(), this.folder)})`;
  }
}
