import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dumpExitCodes, dumpMetrics, dumpPrefix, dumpVariables } from "../../config/dump";
import { start } from "./engine";
import { BUCKET, CANARY, FOLDER, portrait, World } from "./world";

// The server is MariaDB from Debian's packages, the S3 API moto's. The clone is a second server on a copy of the files.
describe("dump and restore", () => {
  let world: World;
  beforeAll(async () => {
    world = await World.make();
  }, 400_000);
  afterAll(async () => {
    await world.stop();
  });

  /** Everything that the engine printed in this file. */
  const printed: string[] = [];
  const heard = <T extends { output: string }>(ended: T): T => {
    printed.push(ended.output);
    return ended;
  };

  it("speaks the names of config/dump.ts", async () => {
    const { lines } = await start(world.engine, ["contract"], {}).ended;
    expect(lines[0]).toEqual({
      metrics: dumpMetrics,
      variables: dumpVariables,
      prefix: dumpPrefix,
      exitCodes: dumpExitCodes,
    });
  });

  it("dumps the clone while the original is written to, and brings the same back", async () => {
    const before = await portrait(world.clone, "source");
    const dumping = world.startDump("nightly");
    let writes = 0;
    let done = false;
    void dumping.ended.finally(() => (done = true));
    while (!done) {
      await world.original.sql(
        `INSERT INTO audit (what) VALUES ('meanwhile'); DELETE FROM clicks ORDER BY id LIMIT 10;`,
      );
      writes += 1;
    }
    const dumped = heard(await dumping.ended);
    expect(dumped.code, dumped.output).toBe(dumpExitCodes.done);
    expect(writes).toBeGreaterThan(0);
    expect(await portrait(world.original, "source")).not.toBe(before);

    const restored = heard(await world.restore("nightly", "copy"));
    expect(restored.code, restored.output).toBe(dumpExitCodes.done);
    expect(await portrait(world.original, "copy")).toBe(before);
    expect(heard(await world.verify("nightly", ["--database", "copy"])).code).toBe(dumpExitCodes.done);
  }, 120_000);

  it("restores the same through INSERT, where the server forbids LOAD DATA", async () => {
    await world.original.sql("SET GLOBAL local_infile = 0", "");
    try {
      const restored = heard(await world.restore("nightly", "inserted"));
      expect(restored.code, restored.output).toBe(dumpExitCodes.done);
    } finally {
      await world.original.sql("SET GLOBAL local_infile = 1", "");
    }
    expect(await portrait(world.original, "inserted")).toBe(await portrait(world.clone, "source"));
  }, 60_000);

  it("says what it did in the embedded metric format, and how far it was", async () => {
    const dumped = heard(await world.dump("told"));
    const { names, namespace, dimension } = dumpMetrics;
    const metric = dumped.lines.find((line) => "_aws" in line);
    expect(metric).toMatchObject({ [dimension]: "test", [names.succeeded]: 1 });
    expect(metric?.[names.bytes]).toBeGreaterThan(100_000);
    expect(metric?.[names.seconds]).toBeGreaterThan(0);
    expect(metric?._aws).toMatchObject({ CloudWatchMetrics: [{ Namespace: namespace, Dimensions: [[dimension]] }] });
    expect(dumped.lines.findLast(({ event }) => event === "progress")).toMatchObject({ percent: 100, etaSeconds: 0 });
    expect((await world.keys("told")).at(0)).toMatch(new RegExp(`^${FOLDER}/told/`));
  }, 60_000);

  it("never restores over what is there", async () => {
    const refused = heard(await world.restore("nightly", "source"));
    expect(refused.code).toBe(dumpExitCodes.refused);
    expect(refused.output).toContain("database source is not empty");
  });

  it("tells a database that differs in one byte", async () => {
    await world.original.sql(
      "UPDATE blobs SET raw = CONCAT(LEFT(raw, LENGTH(raw) - 1), 'x') WHERE id = 0x10AD",
      "copy",
    );
    const differs = heard(await world.verify("nightly", ["--database", "copy"]));
    expect(differs.code).toBe(dumpExitCodes.damaged);
    expect(differs.output).toContain("table blobs of the database differs");
  }, 60_000);

  it("tells a database that lacks a trigger", async () => {
    await world.original.sql("DROP TRIGGER a_second", "inserted");
    const differs = heard(await world.verify("nightly", ["--database", "inserted"]));
    expect(differs.code).toBe(dumpExitCodes.damaged);
    expect(differs.output).toContain("TRIGGER a_second is missing");
  }, 60_000);

  const damage: [string, (world: World) => Promise<() => Promise<void>>][] = [
    ["a byte that is another", (w) => edit(w, "clicks", (part) => flip(part, part.length >> 1))],
    ["a part that is cut off", (w) => edit(w, "clicks", (part) => part.subarray(0, part.length - 3))],
    ["a part that is longer", (w) => edit(w, "clicks", (part) => Buffer.concat([part, Buffer.from("x")]))],
    ["two parts that are swapped", (w) => swap(w, ["clicks", 0], ["clicks", 1])],
    [
      "two parts of one length that are swapped",
      async (w) => {
        const [a, b] = [
          await w.read(await w.part("nightly", "twin_a")),
          await w.read(await w.part("nightly", "twin_b")),
        ];
        expect(a.length).toBe(b.length);
        return swap(w, ["twin_a", 0], ["twin_b", 0]);
      },
    ],
    [
      "a manifest with another count",
      (w) => edit(w, "manifest", (m) => Buffer.from(m.toString().replace(/"rows": \d/, '"rows": 9'))),
    ],
    ["a manifest that is cut off", (w) => edit(w, "manifest", (m) => m.subarray(0, m.length >> 1))],
    [
      "a manifest of another dump",
      async (w) => {
        const other = await w.read(`${FOLDER}/told/manifest.json`);
        return edit(w, "manifest", () => other);
      },
    ],
  ];
  it.each(damage)(
    "refuses %s",
    async (_, apply) => {
      const mend = await apply(world);
      try {
        const verified = heard(await world.verify("nightly"));
        expect(verified.code, verified.output).toBe(dumpExitCodes.damaged);
        const restored = heard(await world.restore("nightly", "damaged"));
        expect(restored.code, restored.output).toBe(dumpExitCodes.damaged);
        // Nothing of the broken part is there, and the checkpoint says that the rest is not whole.
        const tables = (await world.original.sql("SHOW DATABASES LIKE 'damaged'", "")).trim();
        if (tables !== "") {
          expect(await world.original.sql("SHOW TABLES LIKE 'affiliate_restore_checkpoint'", "damaged")).not.toBe("");
        }
      } finally {
        await mend();
        await world.original.sql("DROP DATABASE IF EXISTS damaged", "");
      }
    },
    60_000,
  );

  it("refuses a source that is written to, and leaves no manifest", async () => {
    const dumping = world.startDump("moving", [], world.original, "affiliate_dump");
    let done = false;
    void dumping.ended.finally(() => (done = true));
    while (!done) await world.original.sql("INSERT INTO audit (what) VALUES ('meanwhile')");
    const refused = heard(await dumping.ended);
    expect(refused.code, refused.output).toBe(dumpExitCodes.refused);
    expect(refused.output).toContain("was written to while it was dumped (audit)");
    expect(refused.lines.find((line) => "_aws" in line)).toMatchObject({ [dumpMetrics.names.succeeded]: 0 });
    expect((await world.keys("moving")).filter((key) => key.endsWith("manifest.json"))).toEqual([]);
    expect(heard(await world.restore("moving", "moved")).code).toBe(dumpExitCodes.refused);
  }, 60_000);

  it("refuses to go on with a dump of another server", async () => {
    const refused = heard(await world.dump("nightly", [], world.original));
    expect(refused.code).toBe(dumpExitCodes.refused);
    expect(refused.output).toContain("was begun from another state");
  });

  it("refuses a user from whom the server hides something, and names the rights", async () => {
    const refused = heard(await world.dump("narrow", [], world.clone, "narrow"));
    expect(refused.code).toBe(dumpExitCodes.refused);
    expect(refused.output).toContain("lacks TRIGGER, EVENT, SHOW_ROUTINE");
  });

  it("refuses an engine without transactions", async () => {
    await world.original.sql("CREATE TABLE old (id INT) ENGINE = MyISAM");
    const refused = heard(await world.dump("old", [], world.original));
    await world.original.sql("DROP TABLE old");
    expect(refused.code).toBe(dumpExitCodes.refused);
    expect(refused.output).toContain('old is a base table of engine \\"MyISAM\\"');
  });

  it("names all wrong arguments at once", async () => {
    const args = ["dump", "--threads", "0", "--id", "a/b", "--log", "xml"];
    const wrong = heard(await start(world.engine, args, {}).ended);
    expect(wrong.code).toBe(dumpExitCodes.usage);
    for (const word of ["--threads", "--id", "--log", "--bucket", "--clone-time", "--host", "DB_PASSWORD"]) {
      expect(wrong.output).toContain(word);
    }
  });

  it("sends no password to another machine without TLS", async () => {
    const ended = await start(world.engine, ["restore", "--from", `s3://${BUCKET}/${FOLDER}/nightly`], {
      ...world.emulator.environment,
      ...{ DB_HOST: "db.example", DB_DATABASE: "x", DB_USERNAME: "u", DB_PASSWORD: CANARY },
    }).ended;
    expect(heard(ended).code).toBe(dumpExitCodes.failed);
    expect(ended.output).toContain("a password is not sent in the clear");
  });

  it("says a wrong password without showing it, and accepts no certificate of a stranger", async () => {
    await world.original.sql("CREATE USER other@'%' IDENTIFIED BY 'x' REQUIRE SSL", "");
    const ended = heard(await world.dump("wrong", [], world.original, "other"));
    expect(ended.code).toBe(dumpExitCodes.failed);
    expect(ended.output).toContain("1045");
    const stranger = heard(await world.dump("stranger", ["--host", "127.0.0.1"]));
    expect(stranger.code).toBe(dumpExitCodes.failed);
    expect(stranger.output).toContain("certificate");
  });

  it("has printed and stored no password", async () => {
    const said = printed.join("\n");
    expect(said.length).toBeGreaterThan(5_000);
    for (const key of await world.keys("nightly")) {
      if (key.endsWith(".json")) printed.push((await world.read(key)).toString());
    }
    expect(printed.join("\n")).not.toContain("canary-Zq7");
  });
});

async function edit(world: World, what: string, change: (content: Buffer) => Buffer): Promise<() => Promise<void>> {
  const key = what === "manifest" ? `${FOLDER}/nightly/manifest.json` : await world.part("nightly", what);
  const content = await world.read(key);
  const changed = change(Buffer.from(content));
  expect(changed.equals(content)).toBe(false);
  await world.write(key, changed);
  return () => world.write(key, content);
}

function flip(content: Buffer, index: number): Buffer {
  content[index] = (content[index] ?? 0) ^ 1;
  return content;
}

type PartOf = readonly [table: string, index: number];

async function swap(world: World, a: PartOf, b: PartOf): Promise<() => Promise<void>> {
  const keys = [await world.part("nightly", ...a), await world.part("nightly", ...b)] as const;
  const [first, second] = [await world.read(keys[0]), await world.read(keys[1])];
  expect(first.equals(second)).toBe(false);
  await Promise.all([world.write(keys[0], second), world.write(keys[1], first)]);
  return async () => {
    await Promise.all([world.write(keys[0], first), world.write(keys[1], second)]);
  };
}
