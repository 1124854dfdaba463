import type { Step } from "./step";

/** Functions of a stack of which one at a time may run: each has one execution reserved (components/compute/vpc-function.ts). */
export const RESERVED = 5;
/** What Lambda keeps for functions without a reservation. Source: Lambda developer guide, "Configuring reserved concurrency". */
const KEPT_BACK = 100;
const NEEDED = RESERVED + KEPT_BACK;

/** A new account often has ten executions, of which none can be reserved: the first update would stop at its functions. */
export const lambdaConcurrencyStep: Step = {
  title: "Lambda concurrency",
  async look({ aws, stack }) {
    const { AccountLimit } = await (await aws.lambda()).getAccountSettings({});
    const { ConcurrentExecutions = 0 } = AccountLimit ?? {};
    if (ConcurrentExecutions >= NEEDED) {
      return { present: [`${ConcurrentExecutions} executions at once`], actions: [] };
    }
    const asked =
      "aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 " +
      `--desired-value 1000 --region ${stack.facts.region}`;
    return {
      present: [`${ConcurrentExecutions} executions at once: too few, see below`],
      actions: [],
      notes: [
        `Lambda runs ${ConcurrentExecutions} executions at once in this account; ${NEEDED} are needed (${RESERVED} are ` +
          `reserved, and Lambda keeps ${KEPT_BACK} back). Ask for more before the first update: ${asked}`,
      ],
    };
  },
};
