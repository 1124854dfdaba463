import fc from "fast-check";
import * as ipaddr from "ipaddr.js";
import { describe, expect, it } from "vitest";
import { maintenanceCode } from "../../../components/edge/maintenance";
import { healthPath } from "../../../config/vocabulary";
import { edgeFunction } from "../../support/edge-function";

const ON = { on: true, id: "2026-11-27T15:00:00.000Z", retryAfter: 1800, allow: [] as string[] };
const holding = (state: unknown) => edgeFunction(() => JSON.stringify(state));
let listed: string[] = [];
const withList = edgeFunction(() => JSON.stringify({ ...ON, allow: listed }));
const passes = async (allow: string[], ip: string) => {
  listed = allow;
  return (await withList({ ip })) === undefined;
};

describe("the maintenance function", () => {
  it("answers 503 in both languages, says when to come back, and is kept by nobody", async () => {
    const answer = await holding({ ...ON, message: "5:00 <JST>" })({});
    expect(answer?.statusCode).toBe(503);
    expect(Object.fromEntries(Object.entries(answer?.headers ?? {}).map(([name, { value }]) => [name, value]))).toEqual(
      {
        "cache-control": "no-store",
        "content-type": "text/html; charset=utf-8",
        "retry-after": "1800",
        "x-maintenance": ON.id,
      },
    );
    expect(answer?.body.data).toContain("ただいまメンテナンス中です");
    expect(answer?.body.data).toContain("Down for maintenance");
    expect(answer?.body.data).toContain("5:00 &lt;JST&gt;");
  });

  it("takes a date of HTTP for Retry-After", async () => {
    const date = "Fri, 27 Nov 2026 20:00:00 GMT";
    expect((await holding({ ...ON, retryAfter: date })({}))?.headers["retry-after"]?.value).toBe(date);
  });

  it.each([[{ accept: "application/json" }], [{ host: "api.affiliate-system.com" }]])(
    "answers %j with JSON",
    async (headers) => {
      const answer = await holding(ON)({ headers });
      expect(answer?.headers["content-type"]?.value).toBe("application/json");
      expect(JSON.parse(answer?.body.data ?? "")).toMatchObject({ error: "maintenance" });
    },
  );

  it("lets the health check through always, and everybody when there is no maintenance", async () => {
    expect(await holding(ON)({ uri: healthPath })).toBeUndefined();
    expect(await holding({ ...ON, on: false })({})).toBeUndefined();
  });

  it("lets visitors pass when the store fails, has no key, or holds something else", async () => {
    const failing = edgeFunction(() => {
      throw new Error("KeyNotFound");
    });
    expect(await failing({})).toBeUndefined();
    for (const value of ["", "on", "null", "[]", '{"on":"true"}', "{"]) {
      expect(await edgeFunction(() => value)({}), value).toBeUndefined();
    }
    expect((await holding({ on: true, allow: "everyone" })({}))?.statusCode).toBe(503);
  });

  it("lets the list through, by address and by range", async () => {
    const allow = ["203.0.113.7", "192.0.2.128/25", "2001:db8::1", "2001:db8:1::/48"];
    for (const ip of ["203.0.113.7", "192.0.2.200", "2001:db8:0:0:0:0:0:1", "2001:db8:1:ffff::9"]) {
      expect(await passes(allow, ip), ip).toBe(true);
    }
    for (const ip of ["203.0.113.8", "192.0.2.127", "2001:db8::2", "2001:db8:2::", "::ffff:203.0.113.7", "nonsense"]) {
      expect(await passes(allow, ip), ip).toBe(false);
    }
    for (const broken of ["203.0.113.0/33", "203.0.113.0/x", "203.0.113.0/", "a/b/c", "1:2::3::4", "256.1.1.1"]) {
      expect(await passes([broken], "203.0.113.7"), broken).toBe(false);
    }
  });

  it("lets nobody through who asks as a stranger", async () => {
    const asked = { ip: "203.0.113.7", headers: { "x-maintenance-probe": "1" } };
    expect((await holding({ ...ON, allow: ["203.0.113.7"] })(asked))?.statusCode).toBe(503);
  });

  it("judges any address and any range as ipaddr.js does", async () => {
    // Near one another, or hardly a pair would ever match.
    const cases = fc.oneof(
      fc.tuple(fc.ipV4(), fc.ipV4(), fc.nat({ max: 32 })),
      fc.tuple(fc.ipV6(), fc.ipV6(), fc.nat({ max: 128 })),
    );
    const bytesNear = fc.tuple(cases, fc.boolean(), fc.nat({ max: 127 }));
    let matched = 0;
    await fc.assert(
      fc.asyncProperty(bytesNear, async ([[network, other, bits], near, flipped]) => {
        const bytes = ipaddr.parse(near ? network : other).toByteArray();
        const at = flipped % (bytes.length * 8);
        if (near) bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (0x80 >> (at & 7));
        const viewer = ipaddr.fromByteArray(bytes);
        const parsed = ipaddr.parse(network);
        const expected = viewer.kind() === parsed.kind() && viewer.match(parsed, bits);
        if (expected) matched += 1;
        expect(await passes([`${parsed.toString()}/${bits}`], viewer.toString())).toBe(expected);
      }),
      { numRuns: 300 },
    );
    expect(matched).toBeGreaterThan(20);
  });

  it("keeps to what CloudFront runs: its size, its one module, nothing newer than its runtime", () => {
    const code = maintenanceCode();
    expect(Buffer.byteLength(code)).toBeLessThan(10_240);
    expect(code.match(/^import .*$/gm)).toEqual(['import cf from "cloudfront";']);
    expect(code.replace(/^ *\/[/*].*$/gm, "")).not.toMatch(
      /\brequire\(|\bprocess\.|BigInt|\?\.|\?\?|\.\.\.|\bfor \((?:const|let) \w+ of\b/,
    );
  });
});
