import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../config";
import type { StackFacts } from "../../config/stack";
import type { Secrets } from "../foundation/secrets";
import { severities } from "./alarm";
import type { PagerErrors } from "./alarms/alarm-path";
import { Pager } from "./pager";
import { Slack } from "./slack";
import { type Place, places, Topics } from "./topics";

export interface PagingArgs {
  readonly stack: StackFacts;
  readonly pagers: Settings["monitoring"]["pagers"];
  /** Of topics, in each region. */
  readonly notificationKeyArns: Readonly<Record<Place, pulumi.Input<string>>>;
  /** Of log groups, in each region. */
  readonly logKeyArns: Readonly<Record<Place, pulumi.Input<string>>>;
  /** Days, one of those that CloudWatch Logs takes. */
  readonly logRetentionDays: number;
  readonly secrets: Pick<Secrets, "nameOf" | "readPolicyOf" | "readPolicyOfCopy">;
}

/** Who is told: topics by severity in both regions, and behind them PagerDuty, Slack and mail, each as configured. */
export class Paging extends pulumi.ComponentResource {
  readonly topics: Readonly<Record<Place, Topics>>;
  /** Undefined where nobody is paged. */
  readonly pagerErrors: PagerErrors | undefined;

  constructor(name: string, args: PagingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:monitoring:Paging", name, {}, opts);
    const { stack, pagers, secrets } = args;
    const parent = { parent: this };
    const inBoth = <T>(make: (place: Place) => T): Record<Place, T> => ({ home: make("home"), global: make("global") });

    const topics = inBoth(
      (place) => new Topics(`${name}-${place}`, { stack, place, keyArn: args.notificationKeyArns[place] }, parent),
    );
    if (pagers.pagerDuty) {
      const pager = inBoth(
        (place) =>
          new Pager(
            `${name}-pager-${place}`,
            {
              stack,
              place,
              topics: topics[place],
              secretName: secrets.nameOf("pager"),
              secretStatements: place === "home" ? secrets.readPolicyOf("pager") : secrets.readPolicyOfCopy("pager"),
              logKeyArn: args.logKeyArns[place],
              logRetentionDays: args.logRetentionDays,
            },
            parent,
          ),
      );
      this.pagerErrors = { home: pager.home.metrics.errors, global: pager.global.metrics.errors };
    }
    if (pagers.slack !== undefined) new Slack(`${name}-slack`, { stack, ...pagers.slack, topics }, parent);
    for (const place of places) {
      for (const address of pagers.email) {
        // Where there is no Slack, mail is the only way on which warnings get to anybody.
        for (const severity of pagers.slack === undefined ? severities : (["critical"] as const)) {
          new aws.sns.TopicSubscription(
            severity === "critical" ? `${name}-${place}-${address}` : `${name}-${place}-${severity}-${address}`,
            // Until the address confirms it is pending, and after two days SNS forgets it: the next update asks again.
            { topic: topics[place].arns[severity], region: topics[place].region, protocol: "email", endpoint: address },
            parent,
          );
        }
      }
    }

    this.topics = topics;
    this.registerOutputs({ home: topics.home.arns, global: topics.global.arns });
  }
}
