import { nearest, show, type Fault } from "./faults";
import { providerKeys } from "./provider-keys";
import { PROJECT } from "./stack";

export interface RawConfig {
  /** The stack file's keys under `affiliate:`, and those under `aws:` as the block `aws`. */
  readonly tree: Record<string, unknown>;
  readonly faults: readonly Fault[];
}

const NAMESPACES = [PROJECT, "aws", "datadog", "github", "pulumi"];

/**
 * Pulumi hands the stack file over as texts: scalars as they are, blocks as JSON.
 * @param secretKeys Keys that are `secure:` in the stack file.
 */
export function readConfig(config: Readonly<Record<string, string>>, secretKeys: readonly string[] = []): RawConfig {
  const aws: Record<string, unknown> = {};
  let datadogUrl: string | undefined;
  let githubOwner: string | undefined;
  const tree: Record<string, unknown> = { aws };
  const faults: Fault[] = [];
  for (const [key, text] of Object.entries(config)) {
    const colon = key.indexOf(":");
    const [namespace, name] = [key.slice(0, colon), key.slice(colon + 1)];
    if (namespace === "aws") {
      aws[name] = value(text);
      if (!providerKeys.includes(name)) faults.push(providerFault(name, aws[name]));
    } else if (key === "datadog:apiUrl") {
      datadogUrl = text;
    } else if (key === "github:owner") {
      githubOwner = text;
    } else if (namespace === PROJECT) {
      tree[name] = value(text);
      if (secretKeys.includes(key)) faults.push(secretFault(name));
    } else if (!NAMESPACES.includes(namespace)) faults.push(...namespaceFaults(key, namespace, name));
  }
  faults.push(...datadogFaults(tree["datadog"], datadogUrl));
  if (aws["skipRequestingAccountId"] !== true) faults.push(...githubFaults(tree, githubOwner));
  return { tree, faults };
}

/** Texts that only look like numbers (an account id) stay texts. */
function value(text: string): unknown {
  if (text === "true" || text === "false") return text === "true";
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function secretFault(name: string): Fault {
  return {
    path: [name],
    found: "a secret, not shown",
    problem: "a stack file holds no secrets: their values live in Secrets Manager (npm run operations -- secrets set)",
    allowed: "a plain value, or nothing",
    example: `a key of config/secrets.ts in place of ${name}`,
  };
}

/** The provider says nothing of a key it does not know: a misspelt one would quietly do nothing. */
function providerFault(name: string, found: unknown): Fault {
  const near = nearest(name, providerKeys);
  return {
    path: ["aws", name],
    found: show(found),
    problem: near === undefined ? "unknown key" : `unknown key; did you mean aws:${near}?`,
    allowed: "the AWS provider's configuration keys",
    example: `aws:${near ?? "region"}`,
  };
}

/** A namespace that nobody reads is somebody else's business, unless it is one of ours misspelt. */
function namespaceFaults(key: string, namespace: string, name: string): Fault[] {
  const near = nearest(namespace, NAMESPACES);
  if (near === undefined) return [];
  return [
    {
      path: [key],
      found: `the namespace ${namespace}`,
      problem: `nobody reads it; did you mean ${near}:${name}?`,
      allowed: `the namespaces ${NAMESPACES.join(", ")}`,
      example: `${near}:${name}`,
    },
  ];
}

/** Agents would report to one organisation, and the monitors stand in another. A plan without keys has no address. */
function datadogFaults(datadog: unknown, url: string | undefined): Fault[] {
  const site = typeof datadog === "object" && datadog !== null && "site" in datadog ? datadog.site : undefined;
  if (typeof site !== "string" || url === undefined || url.replace(/\/$/, "") === `https://api.${site}`) return [];
  return [
    {
      path: ["datadog", "site"],
      found: show(site),
      problem: `monitors would be made at ${url} (datadog:apiUrl), where no agent reports to`,
      allowed: "the site that datadog:apiUrl names, without https://api.",
      example: show(url.replace(/^https:\/\/api\./, "").replace(/\/$/, "")),
    },
  ];
}

/**
 * The provider would act in the organisation of whoever's token is at hand. The platform's stack file has its owner in
 * `delivery`, an account's in `github`. A plan without credentials has none: with one the provider looks it up.
 */
function githubFaults(tree: Record<string, unknown>, provider: string | undefined): Fault[] {
  const paths = [["delivery", "github", "owner"] as const, ["github", "owner"] as const];
  return paths.flatMap((path): Fault[] => {
    const owner = path.reduce<unknown>(
      (value, step) =>
        typeof value === "object" && value !== null ? (value as Record<string, unknown>)[step] : undefined,
      tree,
    );
    if (typeof owner !== "string" || owner === provider) return [];
    return [
      {
        path,
        found: show(owner),
        problem:
          provider === undefined
            ? "github:owner is missing, so the provider would act in the organisation of whoever's token is at hand"
            : `the provider would act in ${provider} (github:owner)`,
        allowed: "the owner that github:owner names",
        example: provider === undefined ? `github:owner: ${owner}` : show(provider),
      },
    ];
  });
}
