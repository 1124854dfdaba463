import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type FindOptions, type Toolchain, findPulumi } from "../../toolchain/find";

export const VERSION = "3.255.0";

/** A machine in a temporary folder: a PATH, a home and an npm package, filled by each test with scripts. */
export class Machine {
  readonly root = mkdtempSync(path.join(tmpdir(), "toolchain-test-"));
  readonly npmPackage = path.join(this.root, "repository", "node_modules", "pulumi");
  readonly versions = path.join(this.root, "home", ".pulumi", "versions");
  readonly installFolder = path.join(this.versions, VERSION, "bin");
  readonly reports: string[] = [];

  constructor() {
    // Nothing else is on PATH: a real Go or CLI of the machine would be found.
    mkdirSync(this.folder("tools"));
    for (const tool of ["basename", "chmod", "sleep", "touch"]) {
      symlinkSync(
        execFileSync("sh", ["-c", `command -v ${tool}`], { encoding: "utf8" }).trim(),
        this.folder(`tools/${tool}`),
      );
    }
    this.npmDownload(`throw new Error("fetch failed", { cause: new Error("getaddrinfo ENOTFOUND") })`);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  folder(name: string): string {
    return path.join(this.root, name);
  }

  script(folder: string, name: string, body: string): void {
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, name);
    writeFileSync(file, `#!/bin/sh\n${body}\n`);
    chmodSync(file, 0o755);
  }

  cli(folder: string, version: string, { languageHost = true } = {}): void {
    this.script(folder, "pulumi", `[ "$1" = version ] && echo "${version}"`);
    if (languageHost) {
      this.script(folder, "pulumi-language-nodejs", "exit 0");
    }
  }

  /** The npm package, whose download runs `body` with `version` and `folder` known. */
  npmDownload(body: string): void {
    mkdirSync(path.join(this.npmPackage, "lib"), { recursive: true });
    writeFileSync(path.join(this.npmPackage, "package.json"), JSON.stringify({ name: "pulumi", version: VERSION }));
    writeFileSync(
      path.join(this.npmPackage, "lib", "resolve.js"),
      `exports.resolve = async ({ version }) => {
         const fs = require("fs"), path = require("path");
         const folder = path.join(process.env.PULUMI_HOME || process.env.HOME + "/.pulumi", "versions", version, "bin");
         ${body}
       };`,
    );
  }

  /** A `go` that notes its calls, and whose build writes an executable. */
  go(body = `printf '#!/bin/sh\\n' > "$out"; chmod +x "$out"`): void {
    this.script(
      this.folder("go"),
      "go",
      `echo "$GOFLAGS $CGO_ENABLED $(basename "$PWD") $*" >> "${this.folder("go.log")}"
       if [ "$1" = list ]; then echo a; echo b; exit 0; fi
       while [ $# -gt 0 ]; do [ "$1" = -o ] && out="$2"; shift; done
       ${body}`,
    );
  }

  env(...onPath: string[]): NodeJS.ProcessEnv {
    return {
      HOME: this.folder("home"),
      PATH: [...onPath, "tools"].map((name) => this.folder(name)).join(":"),
    };
  }

  find(env: NodeJS.ProcessEnv, more: FindOptions = {}): Promise<Toolchain> {
    return findPulumi({ env, npmPackage: this.npmPackage, report: (line) => void this.reports.push(line), ...more });
  }
}
