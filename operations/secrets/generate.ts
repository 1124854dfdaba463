import { randomBytes, randomInt } from "node:crypto";
import type { SecretSource } from "../../config/secrets";

const ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** A new value for what the table says is generated; nothing for what only a person knows. */
export function generate(source: SecretSource): string | undefined {
  switch (source.kind) {
    case "laravelKey":
      // AES-256-CBC, Laravel's cipher, takes 32 bytes.
      return `base64:${randomBytes(32).toString("base64")}`;
    case "password":
      return Array.from({ length: source.length }, () => ALPHANUMERIC[randomInt(ALPHANUMERIC.length)]).join("");
    case "previousLaravelKeys":
      return "";
    case "fixed":
      return source.value;
    case "asked":
      return undefined;
  }
}

const LARAVEL_KEY = /^base64:[A-Za-z0-9+/]{43}=$/;
/** ElastiCache's limits on a user's password; MySQL's are wider. */
const PASSWORD = /^[A-Za-z0-9!&#$^<>-]{16,128}$/;

/** What is wrong with a value that was given, in words that do not repeat it; nothing when it will do. */
export function fault(source: SecretSource, value: string): string | undefined {
  switch (source.kind) {
    case "laravelKey":
      return LARAVEL_KEY.test(value) ? undefined : "must be base64: and 32 bytes in base64 (php artisan key:generate)";
    case "previousLaravelKeys":
      return value === "" || value.split(",").every((key) => LARAVEL_KEY.test(key))
        ? undefined
        : "must be Laravel keys (base64:…) separated by commas, or empty";
    case "password":
      return PASSWORD.test(value) ? undefined : "must be 16 to 128 characters: letters, digits and ! & # $ ^ < > -";
    case "fixed":
      return value === source.value ? undefined : `is always "${source.value}"`;
    case "asked":
      return source.pattern.test(value) ? undefined : `does not look like one: ${source.prompt}`;
  }
}

/** Names may be shown; everything else in a secret is one. */
export function isConfidential(source: SecretSource | undefined): boolean {
  return source?.kind !== "fixed";
}

/** Whether an empty text is a value: only before the first rotation of Laravel's key. */
export function mayBeEmpty(source: SecretSource): boolean {
  return source.kind === "previousLaravelKeys";
}
