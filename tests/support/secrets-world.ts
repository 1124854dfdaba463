import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { redisUserKeys, SWITCHED_OFF } from "../../components/data/redis-access";
import { secretDefinition, type SecretName, secretNames } from "../../config/secrets";
import { verbs } from "../../operations/verbs";
import { type Emulator, startEmulator } from "./aws-emulator";
import { type Front, startFront } from "./aws-front";
import { type Ran, runVerbs, stackFolder } from "./command-line";

export const PRODUCTION = ["--stack", "production"] as const;
export const YES = [...PRODUCTION, "--yes", "production"] as const;

export const idOf = (name: SecretName) => `affiliate/production/${name}`;
export const userId = (key: string) => `affiliate-production-${key}`;

/** A value of the right form for each key of the table that only a person knows. */
export const ASKED = Object.fromEntries(
  secretNames.map((name) => [
    name,
    Object.fromEntries(
      Object.entries(secretDefinition(name).keys).flatMap(([key, source]) => {
        if (source.kind !== "asked") return [];
        const printable = fc.stringMatching(source.pattern).filter((text) => /^[!-~]{12,}$/.test(text));
        return fc.sample(printable, { numRuns: 1, seed: 7 }).map((text) => [key, text]);
      }),
    ),
  ]),
) as Record<SecretName, Record<string, string>>;

/** The secrets of a stack in the emulator, emptied before each test; to be called once at the top of a test file. */
export function secretsWorld() {
  const root = stackFolder();
  let emulator: Emulator;
  let front: Front;
  beforeAll(async () => {
    emulator = await startEmulator();
    front = await startFront(emulator);
    Object.assign(process.env, front.environment);
  }, 180_000);
  afterAll(async () => {
    await front.stop();
    await emulator.stop();
  });
  beforeEach(() => front.reset());

  /** Straight to the emulator: not among the calls that the front records. */
  const direct = () => new SecretsManager({ endpoint: emulator.endpoint, region: "ap-northeast-1" });
  const run = (...argv: string[]): Promise<Ran> => runVerbs(verbs, argv, root);
  const pipe = (input: unknown, ...argv: string[]): Promise<Ran> => {
    const text = typeof input === "string" ? input : JSON.stringify(input);
    return runVerbs(verbs, [...argv, "--from-stdin"], root, text);
  };
  return {
    front: () => front,
    direct,
    run,
    pipe,
    set: (name: SecretName, ...more: string[]) => run("secrets", "set", name, ...YES, ...more),

    /** What `pulumi up` leaves: containers without values, Redis users switched off. */
    afterUp: async (): Promise<void> => {
      for (const name of secretNames) await direct().createSecret({ Name: idOf(name) });
      for (const key of redisUserKeys) front.users.create(userId(key), SWITCHED_OFF);
    },

    valueOf: async (name: SecretName): Promise<Record<string, string>> => {
      const { SecretString } = await direct().getSecretValue({ SecretId: idOf(name) });
      return JSON.parse(SecretString ?? "{}") as Record<string, string>;
    },

    fillAll: async (): Promise<void> => {
      for (const name of secretNames) {
        const words = ["secrets", "set", name, ...YES];
        const asked = Object.keys(ASKED[name]).length > 0;
        const { code, stderr } = await (asked ? pipe(ASKED[name], ...words) : run(...words));
        expect(code, stderr).toBe(0);
      }
    },
  };
}
