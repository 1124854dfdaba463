import { createHash } from "node:crypto";
import { Failure } from "../failure";

/** An image as a Dockerfile names it: `php:8.3-fpm-alpine@sha256:…`. */
export interface ImageName {
  /** As written, without the digest. */
  readonly name: string;
  readonly host: string;
  readonly repository: string;
  readonly tag: string;
}

/** What is without a host is Docker Hub's, and without a folder there, `library/`. */
export function parseImageName(written: string): ImageName {
  const name = written.replace(/@.*$/, "");
  const [, first, rest] = /^([^/]+)\/(.+)$/.exec(name) ?? [undefined, undefined, name];
  const named = first !== undefined && (/[.:]/.test(first) || first === "localhost");
  const [path = "", tag = "latest"] = (named ? (rest ?? "") : name).split(":");
  return {
    name,
    host: named ? first : "registry-1.docker.io",
    repository: named || path.includes("/") ? path : `library/${path}`,
    tag,
  };
}

const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/**
 * The digest that a tag has now. It is computed from the manifest, and not believed: what is pinned is what was seen.
 * Source: OCI distribution specification, "Pulling manifests"; Docker's token authentication.
 */
export async function digestOf(image: ImageName, signal: AbortSignal): Promise<string> {
  const { host, repository, tag, name } = image;
  // As docker does: plain HTTP to one's own machine, for a registry that is being tried out, and nowhere else.
  const scheme = /^(127\.\d+\.\d+\.\d+|localhost)(:\d+)?$/.test(host) ? "http" : "https";
  const url = `${scheme}://${host}/v2/${repository}/manifests/${tag}`;
  let answer = await ask(url, { accept: MANIFESTS }, signal);
  if (answer.status === 401) {
    const token = await tokenFor(answer.headers.get("www-authenticate") ?? "", name, signal);
    answer = await ask(url, { accept: MANIFESTS, authorization: `Bearer ${token}` }, signal);
  }
  if (!answer.ok) throw new Failure("failed", `${host} answered ${answer.status} for ${name}.`);
  const digest = `sha256:${createHash("sha256")
    .update(Buffer.from(await answer.arrayBuffer()))
    .digest("hex")}`;
  const told = answer.headers.get("docker-content-digest") ?? digest;
  if (told !== digest) throw new Failure("failed", `${host} says ${told} for ${name}, and sent ${digest}.`);
  return digest;
}

/** Anonymous: base images are public. */
async function tokenFor(challenge: string, name: string, signal: AbortSignal): Promise<string> {
  const part = (key: string) => new RegExp(`${key}="([^"]*)"`).exec(challenge)?.[1];
  const realm = part("realm");
  if (realm === undefined) throw new Failure("noAccess", `The registry of ${name} wants to know who asks.`);
  const url = new URL(realm);
  for (const key of ["service", "scope"]) url.searchParams.set(key, part(key) ?? "");
  const answer = await ask(url.href, {}, signal);
  const { token } = (answer.ok ? await answer.json() : {}) as { token?: string };
  if (token === undefined) throw new Failure("noAccess", `${url.host} gives no token for ${name}.`);
  return token;
}

export async function ask(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { headers, signal });
  } catch (error) {
    const { message, cause } = error as Error & { cause?: Error };
    throw new Failure("failed", `${new URL(url).host} could not be reached: ${cause?.message ?? message}`);
  }
}
