import type { Login } from "./contents";

type Stage = "AWSCURRENT" | "AWSPREVIOUS";

/** The secret's login and the one before it. */
export async function loginsFrom(
  arn: string,
  secret: (arn: string, stage: Stage) => Promise<string | undefined>,
): Promise<readonly Login[]> {
  const texts = [await secret(arn, "AWSCURRENT"), await secret(arn, "AWSPREVIOUS")];
  const logins = texts.flatMap((text) => (text === undefined ? [] : [parse(arn, text)]));
  if (logins.length === 0)
    throw new Error(`The secret ${arn} has no value yet: operations secrets set database-dump writes it`);
  return logins;
}

function parse(arn: string, json: string): Login {
  // Never the text itself in an error: it is the secret.
  const wrong = new Error(`The secret ${arn} is not JSON with username and password; operations secrets set writes it`);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw wrong;
  }
  const { username, password } = (value ?? {}) as Partial<Record<keyof Login, unknown>>;
  if (typeof username !== "string" || typeof password !== "string") throw wrong;
  return { username, password };
}
