// The command itself: what it takes, what it does at its end, and how it ends. What it does in between goes through the real engine in
// tests/proof/recover.test.ts; here a script stands for the CLI, since the real one would ask AWS.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Machine, VERSION } from "./fakes";

const MAIN = path.resolve(__dirname, "../../toolchain/recover/main.ts");
const URN = "urn:pulumi:production::affiliate::example:index:Unknown::it";
const PENDING = { type: "creating", resource: { urn: URN, type: "example:index:Unknown", custom: true, inputs: {} } };
const LOCKED =
  "error: the stack is currently locked by 1 lock(s). 1.json: created by deploy@runner-1 (pid 4711) at 2026-11-27T10:40:00+09:00";

let machine: Machine;
beforeEach(() => (machine = new Machine()));
afterEach(() => machine.remove());

/** A CLI that knows one state, takes any other for it, and notes what it was asked. `refused` is said once, by the first import. */
function cli(pending: readonly object[], { refused = "", upEndsWith = 0 } = {}): void {
  const state = machine.folder("state.json");
  const deployment = { resources: [], pending_operations: pending };
  writeFileSync(state, JSON.stringify({ version: 3, deployment }));
  if (refused !== "") writeFileSync(machine.folder("refusal"), refused);
  machine.cli(machine.folder("bin"), VERSION);
  machine.script(
    machine.folder("bin"),
    "pulumi",
    `[ "$1" = version ] && { echo ${VERSION}; exit 0; }
     echo "$*" >> "${machine.folder("asked")}"
     case "$1 $2" in
       "stack export") cat "${state}";;
       "stack import") if [ -f "${machine.folder("refusal")}" ]; then cat "${machine.folder("refusal")}" >&2; exit 255; fi
         cp "$6" "${state}";;
       "cancel "*) rm "${machine.folder("refusal")}";;
       "preview "*) echo '{"steps": []}';;
       "up "*) exit ${upEndsWith};;
     esac`,
  );
}

function recover(...argv: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--require", "tsx/cjs", MAIN, ...argv], {
    encoding: "utf8",
    env: { ...machine.env("bin"), PATH: `${machine.folder("bin")}:/usr/bin:/bin` },
  });
  return { status, stdout, stderr };
}
const asked = (): string[] =>
  existsSync(machine.folder("asked")) ? readFileSync(machine.folder("asked"), "utf8").trim().split("\n") : [];
const brought = (): string[] => asked().filter((line) => line.startsWith("up "));

describe("npm run recover", () => {
  it("says what it takes, and how it ends", () => {
    const { status, stdout } = recover("--help");
    expect(status).toBe(0);
    expect(stdout).toContain("npm run recover -- production --no-up");
    expect(stdout).toContain("Exit codes: 0 done, 1 failed, 3 something is left to decide");
  });

  it.each([
    { argv: ["prodution"], says: 'There is no stack "prodution". Stacks here: production, recovery, staging.' },
    { argv: ["production", "--adopt", URN], says: "the id is missing" },
    { argv: ["production", "--forget", "it"], says: "not a URN" },
    { argv: ["production", "--project", "acount"], says: "Allowed choices are account" },
    { argv: [], says: "missing required argument 'stack'" },
  ])("$argv: refused before the engine is asked", ({ argv, says }) => {
    cli([]);
    const { status, stderr } = recover(...argv);
    expect(stderr).toContain(says);
    expect(stderr).not.toContain("    at ");
    expect([status, asked()]).toEqual([1, []]);
  });

  it("ends with 3, and without an update, where something is left to decide", () => {
    cli([PENDING]);
    const { status, stdout } = recover("production");
    expect(status).toBe(3);
    expect(stdout).toContain(`it is there:  --adopt '${URN}=<id>'`);
    expect(brought()).toEqual([]);
  });

  it("goes on to the update once it is decided, and ends as that does", () => {
    cli([PENDING], { upEndsWith: 7 });
    const { status } = recover("production", "--forget", URN);
    expect(status).toBe(7);
    expect(brought()).toEqual(["up --stack production"]);
    expect(readFileSync(machine.folder("state.json"), "utf8")).not.toContain(URN);
  });

  it("stops before the update where it is told to", () => {
    cli([]);
    expect(recover("production", "--no-up").status).toBe(0);
    expect(brought()).toEqual([]);
  });

  it("takes no lock away that may be somebody's, unless it is told that it is not", () => {
    cli([], { refused: LOCKED });
    const { status, stdout, stderr } = recover("production", "--no-up");
    expect([status, stderr]).toEqual([1, expect.stringContaining("--unlock") as string]);
    expect(stdout).toContain("deploy@runner-1 (process 4711)");
    expect(asked().filter((line) => line.startsWith("cancel"))).toEqual([]);
    expect(recover("production", "--no-up", "--unlock").status).toBe(0);
    expect(asked().filter((line) => line.startsWith("cancel"))).toEqual([
      "cancel --yes --stack production --non-interactive",
    ]);
  });
});
