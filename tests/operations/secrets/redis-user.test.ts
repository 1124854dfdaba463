import type { User } from "@aws-sdk/client-elasticache";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plan, type Wish } from "../../../operations/secrets/redis-user";

const ACCESS = "on ~* -@all +get";
const seen = (count: number, access = ACCESS): User => ({
  AccessString: access,
  Authentication: count === 0 ? { Type: "no-password" } : { Type: "password", PasswordCount: count },
});
const wish = (old: string | undefined, next: string, finish = false): Wish => ({
  current: old === undefined ? undefined : { password: old },
  next: { password: next },
  finish,
});
const planned = (user: User, wished: Wish) => plan("user", user, ACCESS, "redis-app", wished);

describe("a Redis user", () => {
  it.each<[string, User, Wish, readonly string[] | "nothing" | "access only" | "refused"]>([
    ["as the program made it", seen(0, "off -@all"), wish(undefined, "new"), ["new"]],
    ["made anew under a secret that was there", seen(0, "off -@all"), wish("old", "old"), ["old"]],
    ["that fits", seen(1), wish("old", "old"), "nothing"],
    ["that fits, in AWS's spacing", seen(1, " on  ~* -@all +get "), wish("old", "old"), "nothing"],
    ["in a rotation, left alone", seen(2), wish("old", "old"), "nothing"],
    ["with an outdated access string", seen(2, "on ~* +@all"), wish("old", "old"), "access only"],
    ["to be rotated", seen(1), wish("old", "new"), ["new", "old"]],
    ["to be rotated twice", seen(2), wish("old", "new"), "refused"],
    ["of a run that ended before the secret was written", seen(1), wish(undefined, "new"), ["new"]],
    ["whose rotation ends", seen(2), wish("old", "old", true), ["old"]],
    ["whose rotation ends without a value", seen(1), wish(undefined, "", true), "refused"],
  ])("%s", (_case, user, wished, expected) => {
    if (expected === "refused") return expect(() => planned(user, wished)).toThrow();
    const change = planned(user, wished);
    if (expected === "nothing") return expect(change).toBeUndefined();
    expect(change?.passwords).toEqual(expected === "access only" ? undefined : expected);
    expect(change?.accessString).toBe(ACCESS);
  });

  it("never locks out who holds the present password", () => {
    const password = fc.constantFrom("one", "two");
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 }), password, password, fc.boolean(), (count, old, next, finish) => {
        let change;
        try {
          change = planned(seen(count), wish(old, finish ? old : next, finish));
        } catch {
          return; // refused: nothing happens
        }
        // A user without a password lets nobody in, so there is nobody to lock out.
        if (count > 0 && change?.passwords !== undefined) expect(change.passwords).toContain(old);
      }),
    );
  });
});
