import fc from "fast-check";
import { expect, it } from "vitest";
import { Redactor } from "../../operations/redactor";

it("takes a value out in each encoding of it, whatever stands around it", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 8 }), fc.string(), (secret, around) => {
      const redactor = new Redactor();
      redactor.learn(secret);
      for (const form of [secret, JSON.stringify(secret).slice(1, -1), Buffer.from(secret).toString("base64")]) {
        expect(redactor.clean(`${around}|${form}|${around}`)).toContain("|[secret]|");
      }
    }),
  );
});

it("takes out a value that holds another, and each of a list", () => {
  const redactor = new Redactor();
  redactor.learn("canary");
  redactor.learn("canary-and-more");
  redactor.learn("first-key,second-key");
  expect(redactor.clean("canary-and-more canary second-key")).toBe("[secret] [secret] [secret]");
});

it("leaves other text alone, also when a value is too short to be one", () => {
  const redactor = new Redactor();
  redactor.learn("app");
  redactor.learn("");
  expect(redactor.clean("an application")).toBe("an application");
});
