import type { RuleSet } from "./rule";

/** Source: GitHub, "Managing environments for deployment": up to six people or teams. */
const MOST_REVIEWERS = 6;

export const deliveryRules: RuleSet = (file) => {
  const delivery = () => file.delivery;
  const reviewers = () => {
    const { teams, users } = delivery()?.reviewers ?? { teams: [], users: [] };
    return teams.length + users.length;
  };
  const froms = ["updateFrom", "releaseFrom"] as const;
  return [
    {
      path: ["delivery", "reviewers", "teams"],
      holds: () => delivery() === undefined || reviewers() > 0 || file.environment === "staging",
      problem: () => `nobody would have to agree before a pipeline changes ${file.environment}`,
      allowed: () => "at least one team or user, outside staging",
      example: () => [1234567],
    },
    {
      path: ["delivery", "reviewers", "users"],
      holds: () => reviewers() <= MOST_REVIEWERS,
      problem: () => `with delivery.reviewers.teams these are ${reviewers()} reviewers`,
      allowed: () => `at most ${MOST_REVIEWERS} teams and users together; a team counts as one`,
      example: () => [],
    },
    {
      path: ["delivery", "github", "application", "id"],
      holds: () => {
        const github = delivery()?.github;
        return github === undefined || github.application.id !== github.platform.id;
      },
      problem: () => "is the platform's repository too: what releases could then change the platform",
      allowed: () => "the id of a repository of its own",
      example: () => 123456790,
    },
    ...froms.map((from) => ({
      path: ["delivery", from, "branches"],
      holds: () => {
        const origins = delivery()?.[from];
        return origins === undefined || origins.branches.length + origins.tags.length > 0;
      },
      problem: () => "with no branch and no tag nothing could ever be deployed",
      allowed: () => `at least one pattern here or in delivery.${from}.tags`,
      example: () => ["main"],
    })),
  ];
};
