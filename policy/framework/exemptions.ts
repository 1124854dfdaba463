// An exemption lets one resource pass one rule, for a reason, until a day. It stands in the rule's configuration of a stack.

export interface Exemption {
  /** The end of the resource's URN: its name, or `type::name` where a name is not enough. */
  readonly resource: string;
  readonly reason: string;
  /** Who answers for it: a team or a person. */
  readonly owner: string;
  /** The last day on which it holds, `2027-03-31`. */
  readonly until: string;
}

export const exemptionsSchema = {
  type: "array",
  description:
    "Resources that may break this rule: each with its reason, its owner and the last day on which it holds.",
  items: {
    type: "object",
    properties: {
      resource: { type: "string", minLength: 1 },
      reason: { type: "string", minLength: 10 },
      owner: { type: "string", minLength: 1 },
      until: { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}$" },
    },
    required: ["resource", "reason", "owner", "until"],
    additionalProperties: false,
  },
} as const;

export function covers(exemption: Exemption, urn: string): boolean {
  return urn.endsWith(`::${exemption.resource}`) || urn.endsWith(`$${exemption.resource}`);
}

/** Holds on its last day too, in Tokyo's time. */
export function isExpired(exemption: Exemption, now: Date): boolean {
  const today = new Date(now.getTime() + 9 * 3_600_000).toISOString().slice(0, 10);
  return exemption.until < today;
}
