import type { RuleSet } from "../../config";
import { routeFaults } from "./routes";
import { countableRules, countOnlyFaults } from "./web-acl-rules";

/** What config cannot know of the `edge` block: the rules of the web ACL, and paths that would hide one another. */
export const edgeRules: RuleSet = ({ edge }) => [
  {
    path: ["edge", "countOnlyRules"],
    holds: () => countOnlyFaults(edge.countOnlyRules).length === 0,
    problem: () => countOnlyFaults(edge.countOnlyRules).join("; "),
    allowed: () => `rules of the web ACL, each once: ${countableRules().join(", ")}`,
    example: () => countableRules().slice(0, 1),
  },
  {
    path: ["edge", "staticPaths"],
    holds: () => routeFaults(edge).length === 0,
    problem: () => routeFaults(edge).join("; "),
    allowed: () => "path patterns that match nothing which edge.uncachedPaths matches, each once",
    example: () => ["/build/*", "/images/*"],
  },
];
