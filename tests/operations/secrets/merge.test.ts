import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { secretDefinition, type SecretName, secretNames } from "../../../config/secrets";
import { fault, generate, mayBeEmpty } from "../../../operations/secrets/generate";
import { faults, merge, missing } from "../../../operations/secrets/merge";

const laravelKey = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => `base64:${Buffer.from(bytes).toString("base64")}`);
const name = fc.constantFrom(...secretNames);
/** No commas: they part previous keys, and a key of Laravel's has none. */
const text = (minLength: number) => fc.string({ minLength, maxLength: 20 }).filter((value) => !value.includes(","));
/** Some of a secret's keys with any text, and keys that the table does not know. */
const values = (secret: SecretName) => {
  const keys = fc.constantFrom(...Object.keys(secretDefinition(secret).keys), "somebody_elses");
  return fc.dictionary(keys, text(0), { maxKeys: 4 });
};
const given = (secret: SecretName) => {
  const known = fc.constantFrom(...Object.keys(secretDefinition(secret).keys).filter((key) => key !== "username"));
  return fc.dictionary(known, text(1), { maxKeys: 2 });
};
const request = name.chain((secret) =>
  fc.record({
    secret: fc.constant(secret),
    current: fc.option(values(secret), { nil: undefined }),
    given: given(secret),
    rotate: fc.boolean(),
  }),
);

describe("merge", () => {
  it("loses no key, and gives every key a value that only a person could not know", () => {
    fc.assert(
      fc.property(request, ({ secret, ...asked }) => {
        const definition = secretDefinition(secret);
        const { value } = merge(definition, asked);
        const lacking = missing(definition, asked);
        for (const key of Object.keys(asked.current ?? {})) expect(value).toHaveProperty(key);
        for (const [key, source] of Object.entries(definition.keys)) {
          if (lacking.includes(key)) continue;
          expect(typeof value[key]).toBe("string");
          if (!mayBeEmpty(source)) expect(value[key]).not.toBe("");
        }
      }),
    );
  });

  it("takes what was given, and keeps what the table does not know", () => {
    fc.assert(
      fc.property(request, ({ secret, ...asked }) => {
        const { value } = merge(secretDefinition(secret), asked);
        for (const [key, text] of Object.entries(asked.given)) {
          if (key !== "APP_PREVIOUS_KEYS") expect(value[key]).toBe(text);
        }
        if (asked.current?.somebody_elses !== undefined) {
          expect(value.somebody_elses).toBe(asked.current.somebody_elses);
        }
      }),
    );
  });

  it("changes nothing the second time", () => {
    fc.assert(
      fc.property(request, ({ secret, ...asked }) => {
        const definition = secretDefinition(secret);
        const { value } = merge(definition, asked);
        const again = merge(definition, { current: value, given: {}, rotate: false });
        if (missing(definition, asked).length > 0) return;
        expect(again.changed).toBe(false);
        expect(again.value).toEqual(value);
      }),
    );
  });

  it("tells every key of the value, and no value", () => {
    fc.assert(
      fc.property(request, ({ secret, ...asked }) => {
        const { value, actions } = merge(secretDefinition(secret), asked);
        const keys = new Set([...Object.keys(value), ...missing(secretDefinition(secret), asked)]);
        expect(actions.map(({ key }) => key).sort()).toEqual([...keys].sort());
        const told = JSON.stringify(actions);
        for (const text of Object.values(value)) if (text.length > 12) expect(told).not.toContain(text);
      }),
    );
  });

  it("a rotation replaces what is generated, and nothing else", () => {
    fc.assert(
      fc.property(name, (secret) => {
        const definition = secretDefinition(secret);
        const first = merge(definition, { given: {}, rotate: false }).value;
        const { value } = merge(definition, { current: first, given: {}, rotate: true });
        for (const [key, source] of Object.entries(definition.keys)) {
          if (source.kind === "laravelKey" || source.kind === "password") expect(value[key]).not.toBe(first[key]);
          if (source.kind === "fixed") expect(value[key]).toBe(source.value);
        }
      }),
    );
  });
});

describe("Laravel's keys", () => {
  const definition = secretDefinition("app-key");

  it("through any rotations, every former key can still be used, newest first, each once", () => {
    fc.assert(
      fc.property(fc.array(fc.option(laravelKey, { nil: undefined }), { maxLength: 8 }), (steps) => {
        let current = merge(definition, { given: {}, rotate: false }).value;
        const former: string[] = [];
        for (const key of steps) {
          const before = current.APP_KEY ?? "";
          current = merge(definition, { current, given: key ? { APP_KEY: key } : {}, rotate: !key }).value;
          if (current.APP_KEY !== before) former.unshift(before);
        }
        const expected = [...new Set(former)].filter((key) => key !== current.APP_KEY);
        expect(current.APP_PREVIOUS_KEYS).toBe(expected.join(","));
      }),
    );
  });

  it("the replaced key is kept even when the previous ones are given", () => {
    fc.assert(
      fc.property(laravelKey, laravelKey, laravelKey, (old, next, listed) => {
        fc.pre(new Set([old, next, listed]).size === 3);
        const { value } = merge(definition, {
          current: { APP_KEY: old, APP_PREVIOUS_KEYS: "" },
          given: { APP_KEY: next, APP_PREVIOUS_KEYS: listed },
          rotate: false,
        });
        expect(value.APP_PREVIOUS_KEYS).toBe(`${old},${listed}`);
      }),
    );
  });

  it("the previous keys can be emptied when all data is re-encrypted", () => {
    const [one, two] = fc.sample(laravelKey, 2);
    const current = { APP_KEY: one ?? "", APP_PREVIOUS_KEYS: two ?? "" };
    const { value, changed } = merge(definition, { current, given: { APP_PREVIOUS_KEYS: "" }, rotate: false });
    expect(changed).toBe(true);
    expect(value).toEqual({ APP_KEY: one, APP_PREVIOUS_KEYS: "" });
  });
});

describe("generated values", () => {
  it("are what the table allows, and never the same twice", () => {
    for (const secret of secretNames) {
      for (const source of Object.values(secretDefinition(secret).keys)) {
        const made = generate(source);
        if (source.kind === "asked") expect(made).toBeUndefined();
        else expect(fault(source, made ?? "")).toBeUndefined();
        if (source.kind === "laravelKey" || source.kind === "password") expect(generate(source)).not.toBe(made);
      }
    }
  });

  it("a password uses all letters and digits about equally", () => {
    const counts = new Map<string, number>();
    for (let made = 0; made < 400; made++) {
      for (const letter of generate({ kind: "password", length: 62 }) ?? "") {
        counts.set(letter, (counts.get(letter) ?? 0) + 1);
      }
    }
    expect(counts.size).toBe(62);
    // 400 of each on average, deviation 20: six deviations.
    for (const count of counts.values()) expect(Math.abs(count - 400)).toBeLessThan(120);
  });
});

describe("faults", () => {
  it.each([
    ["app-key", { APP_KEY: "base64:short" }, "APP_KEY must be base64: and 32 bytes"],
    ["app-key", { APP_PREVIOUS_KEYS: "a,b" }, "APP_PREVIOUS_KEYS must be Laravel keys"],
    ["redis-app", { password: "too short" }, "password must be 16 to 128 characters"],
    ["redis-app", { password: "spaces are not allowed here" }, "password must be 16 to 128 characters"],
    ["redis-app", { username: "root" }, 'username is always "app"'],
    ["datadog", { api_key: "z" }, "api_key does not look like one"],
    ["datadog", { apikey: "z" }, "apikey is not a key of it; its keys: api_key, app_key"],
    ["slack", { webhook_url: "http://hooks.slack.com/services/A" }, "webhook_url does not look like one"],
  ] as const)("%s %j", (secret, wrong, says) => {
    const [told] = faults(secretDefinition(secret), wrong);
    expect(told).toContain(says);
  });

  it("never repeat the value", () => {
    fc.assert(
      fc.property(request, ({ secret, given: wrong }) => {
        const odd = Object.fromEntries(Object.entries(wrong).map(([key, text]) => [key, `§${text}§`]));
        for (const told of faults(secretDefinition(secret), odd)) expect(told).not.toContain("§");
      }),
    );
  });
});
