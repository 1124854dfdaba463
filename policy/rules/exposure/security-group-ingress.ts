import { unless } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const securityGroupIngress = resourceRule({
  name: "security-group-ingress",
  group: "exposure",
  description: "Nothing is open to the whole internet, and each way in names its protocol and port.",
  severity: "critical",
  controls: ["FSBP EC2.18", "FSBP EC2.19", "CIS 5.2", "CIS 5.3"],
  mend: "Admit a security group or a prefix list instead of a range, on one port (components/network/traffic.ts).",
  claims: {
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": [
      { path: "cidrIpv4", bad: ["0.0.0.0/0"] },
      { path: "cidrIpv6", bad: ["::/0"] },
      "ipProtocol",
      "fromPort",
      "toPort",
    ],
  },
  judges: {
    *"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"({ cidrIpv4, cidrIpv6, ipProtocol, fromPort, toPort }) {
      yield* unless(cidrIpv4 !== "0.0.0.0/0", {
        path: "cidrIpv4",
        found: cidrIpv4,
        required: "no range of the whole internet",
      });
      yield* unless(cidrIpv6 !== "::/0", {
        path: "cidrIpv6",
        found: cidrIpv6,
        required: "no range of the whole internet",
      });
      yield* unless(ipProtocol === "tcp" || ipProtocol === "udp", {
        path: "ipProtocol",
        found: ipProtocol,
        required: "tcp or udp",
      });
      yield* unless(fromPort !== undefined && fromPort === toPort, {
        path: "fromPort",
        found: [fromPort, toPort],
        required: "one port, from and to alike",
      });
    },
  },
});
