import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Machine, VERSION } from "./fakes";

let machine: Machine;

beforeEach(() => (machine = new Machine()));
afterEach(() => machine.remove());

describe("on PATH", () => {
  test.each([VERSION, `v${VERSION}`, "3.300.1"])("takes %s", async (version) => {
    machine.cli(machine.folder("bin"), version);
    const found = await machine.find(machine.env("bin"));
    expect(found).toMatchObject({ source: "path", pulumi: path.join(machine.folder("bin"), "pulumi") });
    expect(found.env.PATH.split(":")[0]).toBe(machine.folder("bin"));
  });

  test.each(["3.254.9", "4.0.0", "2.900.0", `${VERSION}-alpha.1`, "nonsense"])("passes over %s", async (version) => {
    machine.cli(machine.folder("bin"), version);
    machine.cli(machine.installFolder, VERSION);
    expect((await machine.find(machine.env("bin"))).source).toBe("installed");
  });

  test("goes on to the second one when the first is too old", async () => {
    machine.cli(machine.folder("old"), "3.1.0");
    machine.cli(machine.folder("new"), "3.256.0");
    expect((await machine.find(machine.env("old", "new"))).version).toBe("3.256.0");
  });

  test("needs the language host, beside the CLI or elsewhere on PATH", async () => {
    machine.cli(machine.folder("bin"), VERSION, { languageHost: false });
    await expect(machine.find(machine.env("bin"))).rejects.toThrow("has no pulumi-language-nodejs");
    machine.script(machine.folder("hosts"), "pulumi-language-nodejs", "exit 0");
    const found = await machine.find(machine.env("bin", "hosts"));
    expect(found.languageHost).toBe(path.join(machine.folder("hosts"), "pulumi-language-nodejs"));
  });

  test("finds the language host beside the target of a link", async () => {
    machine.cli(machine.folder("opt/pulumi"), VERSION);
    mkdirSync(machine.folder("bin"));
    symlinkSync(machine.folder("opt/pulumi/pulumi"), machine.folder("bin/pulumi"));
    const found = await machine.find(machine.env("bin"));
    expect(found.languageHost).toBe(machine.folder("opt/pulumi/pulumi-language-nodejs"));
  });

  test("does not start the npm package's own starter, which would download", async () => {
    const called = machine.folder("called");
    machine.script(machine.npmPackage, "run.js", `touch "${called}"; echo ${VERSION}`);
    mkdirSync(machine.folder("repository/node_modules/.bin"));
    symlinkSync("../pulumi/run.js", machine.folder("repository/node_modules/.bin/pulumi"));
    machine.cli(machine.installFolder, VERSION);
    expect((await machine.find(machine.env("repository/node_modules/.bin"))).source).toBe("installed");
    expect(existsSync(called)).toBe(false);
  });
});

describe("in the npm package's folder", () => {
  test("takes what is there, and asks nobody", async () => {
    machine.cli(machine.installFolder, VERSION);
    const found = await machine.find(machine.env());
    expect(found).toMatchObject({ source: "installed", version: VERSION });
    expect(machine.reports).toEqual([]);
  });

  test("honours PULUMI_HOME", async () => {
    machine.cli(machine.folder(`elsewhere/versions/${VERSION}/bin`), VERSION);
    const found = await machine.find({ ...machine.env(), PULUMI_HOME: machine.folder("elsewhere") });
    expect(found.pulumi).toContain("/elsewhere/");
  });

  test("an empty or incomplete folder is not an installation", async () => {
    mkdirSync(machine.installFolder, { recursive: true });
    writeFileSync(path.join(machine.installFolder, "pulumi"), "", { mode: 0o755 });
    machine.go();
    expect((await machine.find(machine.env("go"))).source).toBe("build");
  });
});

describe("download", () => {
  const fill = `fs.mkdirSync(folder, { recursive: true });
    for (const name of ["pulumi", "pulumi-language-nodejs"]) fs.writeFileSync(path.join(folder, name), "#!/bin/sh", { mode: 0o755 });`;

  test("is the npm package's own, and is made once", async () => {
    machine.npmDownload(fill);
    expect((await machine.find(machine.env())).source).toBe("download");
    expect((await machine.find(machine.env())).source).toBe("installed");
  });

  test("one that leaves no language host is no success", async () => {
    machine.npmDownload(fill.replace(`, "pulumi-language-nodejs"`, ""));
    await expect(machine.find(machine.env())).rejects.toThrow("left no complete CLI");
  });
});

describe("build", () => {
  test("follows a failed download, checks go.sum, and is made once", async () => {
    machine.go();
    const found = await machine.find(machine.env("go"));
    expect(found).toMatchObject({ source: "build", pulumi: path.join(machine.installFolder, "pulumi") });
    expect(machine.reports.join("\n")).toMatch(
      /no download: .*ENOTFOUND[\s\S]*0:00 \[1\/2\] pulumi-language-nodejs: compiling/,
    );
    const calls = readFileSync(machine.folder("go.log"), "utf8").trim().split("\n");
    expect(calls.map((call) => call.split(" ").slice(0, 4).join(" "))).toEqual([
      "-mod=readonly 0 language-nodejs list",
      "-mod=readonly 0 language-nodejs build",
      "-mod=readonly 0 cli list",
      "-mod=readonly 0 cli build",
    ]);
    expect(calls[3]).toContain(`version.Version=${VERSION}`);
    expect(calls[3]).toContain("-trimpath");
    expect((await machine.find(machine.env("go"))).source).toBe("installed");
  });

  test("a failed one leaves nothing that looks installed, and nothing else", async () => {
    machine.go(
      `case "$out" in *nodejs) printf x > "$out"; chmod +x "$out";; *) echo "checksum mismatch" >&2; exit 1;; esac`,
    );
    await expect(machine.find(machine.env("go"))).rejects.toThrow("checksum mismatch");
    expect(readdirSync(machine.versions)).toEqual([]);
  });

  test("clears away what a killed build left", async () => {
    mkdirSync(path.join(machine.versions, ".build-dead"), { recursive: true });
    machine.go();
    await machine.find(machine.env("go"));
    expect(readdirSync(machine.versions)).toEqual([VERSION]);
  });

  test("two at a time make one", async () => {
    machine.go(`sleep 0.3; printf '#!/bin/sh\\n' > "$out"; chmod +x "$out"`);
    const sources = (await Promise.all([1, 2, 3].map(() => machine.find(machine.env("go"))))).map(
      ({ source }) => source,
    );
    expect(sources.sort()).toEqual(["build", "installed", "installed"]);
    expect(machine.reports.filter((line) => line.includes("another process"))).toHaveLength(2);
  });

  test.each([
    ["ended", { pid: 2 ** 22 + 1, old: false }],
    ["has not moved for minutes", { pid: process.pid, old: true }],
  ])("a lock whose holder %s does not block", async (_, { pid, old }) => {
    mkdirSync(machine.versions, { recursive: true });
    const lock = path.join(machine.versions, `.${VERSION}.lock`);
    const { hostname } = await import("node:os");
    writeFileSync(lock, JSON.stringify({ host: hostname(), pid }));
    if (old) {
      utimesSync(lock, new Date(0), new Date(0));
    }
    machine.go();
    expect((await machine.find(machine.env("go"))).source).toBe("build");
    expect(existsSync(lock)).toBe(false);
  });
});

test("with nothing to be had, one error names all three ways and why each failed", async () => {
  machine.cli(machine.folder("bin"), "3.1.0");
  const failure = await machine
    .find({ ...machine.env("bin"), PATH: machine.folder("bin") })
    .catch((error: Error) => error);
  expect(failure).toBeInstanceOf(Error);
  expect((failure as Error).message.split("\n")).toEqual([
    expect.stringContaining(`No Pulumi CLI ${VERSION}`) as string,
    expect.stringMatching(
      /1\. `pulumi`.*on PATH.*bin\/pulumi is 3\.1\.0, 3\.255\.0 or a newer 3\.x is needed/,
    ) as string,
    expect.stringMatching(/2\. the npm package's download.*Tried: fetch failed: getaddrinfo ENOTFOUND/) as string,
    expect.stringMatching(/3\. a build from Go modules.*no `go` on PATH/) as string,
  ]);
});

test("without npm ci, it says so", async () => {
  await expect(machine.find(machine.env(), { npmPackage: machine.folder("none") })).rejects.toThrow("Run: npm ci");
});
