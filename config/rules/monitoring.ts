import type { RuleSet } from "./rule";

/** Somebody is woken, or it is said why not. */
export const monitoringRules: RuleSet = (file) => {
  const pagers = () => file.monitoring.pagers;
  const channels = ["incidents", "onCall", "engineering"] as const;
  return [
    {
      path: ["monitoring", "pagers", "pagerDuty"],
      holds: () => pagers().pagerDuty || pagers().none !== undefined || file.environment === "staging",
      problem: () => `nobody would be woken when ${file.environment} is down`,
      allowed: () => "true, or a reason in monitoring.pagers.none",
      example: () => true,
    },
    {
      path: ["monitoring", "pagers", "none"],
      holds: () => !pagers().pagerDuty || pagers().none === undefined,
      problem: () => "gives a reason why nobody is woken, while monitoring.pagers.pagerDuty is true",
      allowed: () => "no such key while PagerDuty is on",
      example: () => undefined,
    },
    {
      path: ["monitoring", "pagers", "email"],
      // The policies hold every stack to it, one that wakes nobody too.
      holds: () => pagers().slack !== undefined || pagers().email.length > 0,
      problem: () => "is empty and monitoring.pagers.slack is missing: nobody would hear of a warning",
      allowed: () => "an address, or monitoring.pagers.slack",
      example: () => ["on-call@affiliate-system.com"],
    },
    ...channels.slice(1).map((channel, index) => ({
      path: ["monitoring", "pagers", "slack", "channels", channel],
      holds: () => {
        const ids = pagers().slack?.channels;
        return ids === undefined || channels.slice(0, index + 1).every((earlier) => ids[earlier] !== ids[channel]);
      },
      problem: () => "is another of the three channels too, and a Slack channel takes one configuration",
      allowed: () => "a channel of its own",
      example: () => "C0123456789",
    })),
  ];
};
