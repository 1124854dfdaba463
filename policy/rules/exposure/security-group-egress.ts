import { unless } from "../../framework/checks";
import { resourceRule } from "../../framework/rule";

export const securityGroupEgress = resourceRule({
  name: "security-group-egress",
  group: "exposure",
  description: "What goes out to the whole internet goes to a port that is meant for it.",
  severity: "medium",
  controls: [],
  mend: "Name the protocol and the port of the way out (components/network/traffic.ts).",
  thresholds: {
    openPorts: {
      type: "array",
      items: { type: "string" },
      default: ["443"],
      description: "Ports that may be reached anywhere.",
    },
  },
  claims: { "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ["ipProtocol", "fromPort", "toPort"] },
  judges: {
    *"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"(
      { cidrIpv4, cidrIpv6, ipProtocol, fromPort, toPort },
      context,
    ) {
      const open = cidrIpv4 === "0.0.0.0/0" || cidrIpv6 === "::/0";
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
      if (!open) return;
      const ports = context.words("openPorts");
      yield* unless(ports.includes(String(toPort)), {
        path: "toPort",
        found: toPort,
        required: `one of ${ports.join(", ")}`,
      });
    },
  },
});
