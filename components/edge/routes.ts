import * as pulumi from "@pulumi/pulumi";

/** Where a request goes: to the load balancer, never cached, or to the assets bucket, cached. */
export type Target = "application" | "assets";

/** A cache behaviour before it is one. What matches no route goes to the application. */
export interface Route {
  readonly pathPattern: string;
  readonly target: Target;
}

/** The pages for an application that does not answer; in the bucket, since they are needed when all else is down. */
export const ERROR_PAGES = "/errors/*";

/** Paths that are the application's in every stack: its front page and its health check. */
const APPLICATION_PATHS = ["/", "/health"];

/** With the default one. Source: CloudFront quotas, "Cache behaviors per distribution". */
const MOST_BEHAVIORS = 75;

/** Source: CloudFront developer guide, "Path pattern". */
const PATTERN = /^\/[A-Za-z0-9_\-.*?$/~"'@:+&]*$/;
const LONGEST_PATTERN = 255;

export interface Paths {
  /** Patterns of what lies in the assets bucket, such as "/build/*". */
  readonly staticPaths: readonly string[];
  /** Patterns of what must never be cached, such as "/click/*". */
  readonly uncachedPaths: readonly string[];
}

/**
 * The routes, first match first. CloudFront would give a path that is both static and uncached to whichever stands
 * first, without a word; here that is a fault, and a click can end up in a cache by no order of the lists.
 */
export function planRoutes(paths: Paths): readonly Route[] {
  const faults = routeFaults(paths);
  if (faults.length > 0) throw new pulumi.RunError(`The distribution's paths do not fit: ${faults.join("; ")}.`);
  const { staticPaths, uncachedPaths } = paths;
  return [
    { pathPattern: ERROR_PAGES, target: "assets" },
    // The default would do the same. Named, they show in the access log's pattern field and survive a new default.
    ...uncachedPaths.map((pathPattern) => ({ pathPattern, target: "application" as const })),
    ...staticPaths.map((pathPattern) => ({ pathPattern, target: "assets" as const })),
  ];
}

/** What is wrong with the paths, one message each. */
export function routeFaults({ staticPaths, uncachedPaths }: Paths): readonly string[] {
  const faults: string[] = [];
  const all = [ERROR_PAGES, ...uncachedPaths, ...staticPaths];
  all.forEach((pattern, at) => {
    if (!PATTERN.test(pattern) || pattern.length > LONGEST_PATTERN) {
      faults.push(
        `"${pattern}" is no path pattern: CloudFront takes a slash, then letters, digits, _-.*?$/~"'@:+&, ` +
          `at most ${LONGEST_PATTERN} in all, such as "/build/*"`,
      );
    }
    if (all.indexOf(pattern) < at) faults.push(`"${pattern}" is there twice`);
  });
  for (const uncached of uncachedPaths) {
    for (const cached of [ERROR_PAGES, ...staticPaths]) {
      if (cached === uncached || !patternsOverlap(cached, uncached)) continue;
      faults.push(`a path can match both "${uncached}", never cached, and "${cached}", cached from the bucket`);
    }
  }
  for (const pattern of staticPaths) {
    for (const path of APPLICATION_PATHS) {
      if (matches(pattern, path)) faults.push(`"${pattern}" would send "${path}", the application's, to the bucket`);
    }
  }
  if (all.length + 1 > MOST_BEHAVIORS) {
    faults.push(`there are ${all.length + 1} cache behaviours; CloudFront takes ${MOST_BEHAVIORS}`);
  }
  return faults;
}

/** Whether CloudFront matches the path: `*` stands for any number of characters, `?` for exactly one. */
export function matches(pattern: string, path: string): boolean {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, "\\$&")
    .replaceAll("*", "[^]*")
    .replaceAll("?", "[^]");
  return new RegExp(`^${source}$`).test(path);
}

/** Whether some path matches both patterns. */
export function patternsOverlap(a: string, b: string): boolean {
  // meets[i][j]: some text matches what is left of `a` from i and of `b` from j.
  const meets = Array.from({ length: a.length + 1 }, () => new Array<boolean>(b.length + 1).fill(false));
  const at = (i: number, j: number) => meets[i]?.[j] ?? false;
  for (let i = a.length; i >= 0; i--) {
    for (let j = b.length; j >= 0; j--) {
      const [x, y] = [a[i], b[j]];
      const row = meets[i];
      if (row === undefined) continue;
      if (x === undefined && y === undefined) row[j] = true;
      // A star ends here, or swallows one character of whatever the other pattern has next.
      else if (x === "*") row[j] = at(i + 1, j) || (y !== undefined && at(i, j + 1));
      else if (y === "*") row[j] = at(i, j + 1) || (x !== undefined && at(i + 1, j));
      else row[j] = (x === y || x === "?" || y === "?") && x !== undefined && y !== undefined && at(i + 1, j + 1);
    }
  }
  return at(0, 0);
}
