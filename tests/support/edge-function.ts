import { runInNewContext } from "node:vm";
import { maintenanceCode } from "../../components/edge/maintenance";

export interface Viewer {
  readonly ip?: string;
  readonly uri?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface EdgeAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, { readonly value: string }>>;
  readonly body: { readonly data: string };
}

/**
 * The maintenance function as it is, in a context without Node, with a stand-in of CloudFront's module `cloudfront` for
 * its store. Written after CloudFront's developer guide: Node runs more of JavaScript than CloudFront does.
 * Gives its answer, or undefined when the request passes.
 */
export function edgeFunction(get: (key: string) => string, log: (text: string) => void = () => undefined) {
  const line = 'import cf from "cloudfront";';
  const code = maintenanceCode();
  if (!code.includes(line)) throw new Error(`the function does not say ${line}`);
  const store = { get: (key: string) => Promise.resolve().then(() => get(key)) };
  const cf = { kvs: () => store };
  const handler = runInNewContext(`${code.replace(line, "")}\nhandler`, { cf, console: { log } }) as (
    event: unknown,
  ) => Promise<unknown>;
  return async ({ ip = "198.51.100.1", uri = "/", headers = {} }: Viewer): Promise<EdgeAnswer | undefined> => {
    const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { value }]));
    const request = { method: "GET", uri, headers: sent };
    const answer = await handler({ version: "1.0", viewer: { ip }, request });
    return answer === request ? undefined : (answer as EdgeAnswer);
  };
}
