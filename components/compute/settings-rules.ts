import type { RuleSet } from "../../config";
import { LEAST_WEB_MEMORY } from "./containers";

/** One more than the slowest alarm on the web service needs (deployment-alarms.ts); the service itself refuses less, too late. */
export const LEAST_BAKE_MINUTES = 6;

/** Source: Application Load Balancer quotas, five comparisons in the conditions of a rule; one is the origin's own name. */
const MOST_HOSTNAMES = 4;

/** What config cannot know of the `compute` and `domain` blocks: how the services are watched and addressed. */
export const computeRules: RuleSet = ({ compute, domain }) => [
  {
    path: ["compute", "web", "bakeMinutes"],
    holds: () => compute.web.bakeMinutes >= LEAST_BAKE_MINUTES,
    problem: () =>
      `the slowest deployment alarm needs ${LEAST_BAKE_MINUTES - 1} minutes to ring, and can take a release back only while it bakes`,
    allowed: () => `${LEAST_BAKE_MINUTES} to 1440 minutes`,
    example: () => 10,
  },
  {
    path: ["compute", "web", "memoryMiB"],
    holds: () => compute.web.memoryMiB >= LEAST_WEB_MEMORY,
    problem: () => "nginx and php-fpm share it, and php-fpm would be killed for its caches alone",
    allowed: () => `${LEAST_WEB_MEMORY} MiB or more, as Fargate pairs it with the CPU units`,
    example: () => 2048,
  },
  {
    path: ["domain", "hostnames"],
    holds: () => domain.hostnames.length <= MOST_HOSTNAMES,
    problem: () => `the load balancer's rules compare five names at the most, one of them the origin's own`,
    allowed: () => `1 to ${MOST_HOSTNAMES} host names, or one wildcard for several`,
    example: () => domain.hostnames.slice(0, MOST_HOSTNAMES),
  },
];
