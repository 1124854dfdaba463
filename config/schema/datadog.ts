import { block, decimal, flag, oneOf, text } from "./fields";

/** A Slack channel by its name, as Datadog's handles spell it. */
const channel = (example: string) =>
  text(/^[a-z0-9][a-z0-9_-]{0,78}$/, "a Slack channel's name without #, lower-case", example);
/** Source: Datadog, "Burn rate alerts": a target of 100 leaves no budget to burn. */
const target = (example: number) => decimal({ min: 90, max: 99.99, unit: "percent", example });

/** Left out, nothing of Datadog's is made: no agents, no monitors, and no provider key is needed. */
export const datadog = block({
  /** Where the organisation lives; `datadog:apiUrl` names the same place. AP1 is Tokyo. */
  site: oneOf([
    "ap1.datadoghq.com",
    "ap2.datadoghq.com",
    "datadoghq.com",
    "us3.datadoghq.com",
    "us5.datadoghq.com",
    "datadoghq.eu",
  ]),
  /** By digest, for `compute.cpuArchitecture` or for all. */
  agentImage: text(
    /^[a-z0-9.-]+(\/[a-z0-9._-]+)+@sha256:[0-9a-f]{64}$/,
    "an image by digest: repository@sha256:…",
    `public.ecr.aws/datadog/agent@sha256:${"0".repeat(64)}`,
  ),
  /**
   * The agent beside the services also takes traces. None comes, and none is billed, while the application's image is
   * without Datadog's PHP extension.
   * @default true
   */
  traces: flag(true).default(true),
  /**
   * Where Datadog speaks; its Slack integration must be authorised once, by hand.
   * @default none
   */
  slack: block({
    /** The Slack account's name in Datadog. */
    account: text(/^[A-Za-z0-9][A-Za-z0-9 _-]{0,79}$/, "a Slack account's name in Datadog", "affiliate"),
    onCall: channel("oncall"),
    engineering: channel("engineering"),
  }).optional(),
  /**
   * Critical monitors page the service in Datadog's PagerDuty integration that is called like the stack,
   * `affiliate-production`. It is made there by hand: its key is a secret that Datadog never gives back, and it would
   * stay in the program's state.
   * @default false
   */
  pagerDuty: flag(true).default(false),
  /** What is promised over 30 days. */
  objectives: block({
    /** Share of requests that do not end in an error. */
    availabilityPercent: target(99.9),
    /** Share of the requests without error that are answered within a second. */
    latencyPercent: target(99),
  }),
});
