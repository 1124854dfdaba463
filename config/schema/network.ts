import { block, list, oneOf, text } from "./fields";
import { logRetentionDays } from "./stack";

const OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const CIDR = new RegExp(`^${OCTET}(\\.${OCTET}){3}/(3[0-2]|[12]?\\d)$`);
const cidr = (example: string) => text(CIDR, "an IPv4 block, address and prefix length", example);

const cidrs = (example: readonly string[]) =>
  list(cidr(example[0] ?? ""), { min: 2, max: 3, of: "IPv4 blocks, one for each zone", example });

export const network = block({
  /** The VPC's block. Source: VPC quotas, /16 to /28. */
  cidr: cidr("10.0.0.0/16"),
  /** In the order of the subnets' blocks. Names map to ids differently in each account, ids mean the same everywhere. */
  zones: list(
    block({
      name: text(/^[a-z]{2}-[a-z]+-\d[a-z]$/, "an availability zone's name", "ap-northeast-1a"),
      id: text(/^[a-z]{3,4}\d-az\d$/, "an availability zone's id (aws ec2 describe-availability-zones)", "apne1-az4"),
    }),
    {
      min: 2,
      max: 3,
      of: "zones",
      example: [
        { name: "ap-northeast-1a", id: "apne1-az4" },
        { name: "ap-northeast-1c", id: "apne1-az1" },
        { name: "ap-northeast-1d", id: "apne1-az2" },
      ],
    },
  ),
  /** NAT gateways only. */
  publicCidrs: cidrs(["10.0.101.0/24", "10.0.102.0/24", "10.0.103.0/24"]),
  /** Tasks, functions, the internal load balancer, endpoints. */
  privateCidrs: cidrs(["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"]),
  /** Aurora and Redis: no route out of the VPC. */
  dataCidrs: cidrs(["10.0.201.0/24", "10.0.202.0/24", "10.0.203.0/24"]),
  /**
   * `Single` costs a third, and takes the way out with it when its zone fails.
   * @default OnePerAz
   */
  natGateways: oneOf(["OnePerAz", "Single"]).default("OnePerAz"),
  /** The managed list com.amazonaws.global.cloudfront.origin-facing of the stack's region. */
  cloudFrontPrefixListId: text(/^pl-([0-9a-f]{8}|[0-9a-f]{17})$/, "a prefix list's id", "pl-58a04531"),
  /** Days the VPC's flow logs are kept. */
  flowLogRetentionDays: logRetentionDays(90),
});
