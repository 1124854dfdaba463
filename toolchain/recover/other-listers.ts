import type { Wanted } from "./finder";

/** Ids of what looks like the wanted resource; undefined where there are no credentials to ask with. */
export type Lister = (wanted: Wanted, env: NodeJS.ProcessEnv) => Promise<readonly string[] | undefined>;

interface Listed {
  /** Below the API's address; may hold `{name}`. */
  readonly path: string;
  /** The key of the answer that holds the list. @default the answer is the list */
  readonly list?: string;
  readonly name: string;
  readonly id: string;
  /** The argument that has the name. */
  readonly argument: string;
}

/** Source: Datadog API reference: monitors, dashboards, service level objectives, synthetics. */
const DATADOG: Readonly<Record<string, Listed>> = {
  "datadog:index/monitor:Monitor": { path: "v1/monitor?name={name}", name: "name", id: "id", argument: "name" },
  "datadog:index/dashboard:Dashboard": {
    path: "v1/dashboard",
    list: "dashboards",
    name: "title",
    id: "id",
    argument: "title",
  },
  "datadog:index/serviceLevelObjective:ServiceLevelObjective": {
    path: "v1/slo?query={name}",
    list: "data",
    name: "name",
    id: "id",
    argument: "name",
  },
  "datadog:index/syntheticsTest:SyntheticsTest": {
    path: "v1/synthetics/tests",
    list: "tests",
    name: "name",
    id: "public_id",
    argument: "name",
  },
};

export const datadogIds: Lister = async ({ type, inputs }, env) => {
  const row = DATADOG[type];
  const [key, application] = [env["DATADOG_API_KEY"] ?? env["DD_API_KEY"], env["DATADOG_APP_KEY"] ?? env["DD_APP_KEY"]];
  const host = env["DATADOG_HOST"] ?? env["DD_HOST"];
  if (row === undefined || key === undefined || application === undefined || host === undefined) return undefined;
  const name = String(inputs[row.argument]);
  const address = new URL(`/api/${row.path.replace("{name}", encodeURIComponent(name))}`, host);
  const answer = await asked(address, { "DD-API-KEY": key, "DD-APPLICATION-KEY": application });
  return named(answer, row, name);
};

/** Source: GitHub REST API, "List deployment branch policies". */
const POLICIES: Omit<Listed, "path" | "argument"> = { list: "branch_policies", name: "name", id: "id" };

export const githubIds: Lister = async ({ type, inputs }, env) => {
  const [token, owner] = [env["GITHUB_TOKEN"], env["GITHUB_OWNER"]];
  if (!type.endsWith(":RepositoryEnvironmentDeploymentPolicy") || token === undefined || owner === undefined)
    return undefined;
  const { repository, environment } = inputs;
  const path = ["repos", owner, repository, "environments", environment, "deployment-branch-policies"];
  const address = new URL(
    `/${path.map((part) => encodeURIComponent(String(part))).join("/")}?per_page=100`,
    "https://api.github.com",
  );
  const answer = await asked(address, { Authorization: `Bearer ${token}`, Accept: "application/vnd.github+json" });
  const name = String(inputs["branchPattern"] ?? inputs["tagPattern"]);
  return named(answer, POLICIES, name).map((id) => `${String(repository)}:${String(environment)}:${id}`);
};

async function asked(address: URL, headers: Readonly<Record<string, string>>): Promise<unknown> {
  const response = await fetch(address, { headers, signal: AbortSignal.timeout(30_000) });
  if (!response.ok)
    throw new Error(`${address.host}${address.pathname} answered ${response.status} ${response.statusText}`);
  return response.json();
}

function named(answer: unknown, { list, name, id }: Pick<Listed, "list" | "name" | "id">, wanted: string): string[] {
  const found = list === undefined ? answer : (answer as Readonly<Record<string, unknown>>)[list];
  const items = Array.isArray(found) ? (found as readonly Readonly<Record<string, unknown>>[]) : [];
  return items.flatMap((item) => (item[name] === wanted ? [String(item[id])] : []));
}
