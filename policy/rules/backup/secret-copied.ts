import { isElsewhere } from "../../framework/region";
import { stackRule } from "../../framework/rule";

/** A copy there is for what CloudFront has there. */
const CLOUDFRONTS_REGION = "us-east-1";

export const secretCopied = stackRule({
  name: "secret-copied",
  group: "backup",
  description: "Each secret has a copy in another region, where the platform could come up without this one.",
  severity: "high",
  controls: [],
  mend: "Set affiliate:recovery.copyRegion in the stack file (components/foundation/secrets.ts).",
  claims: { "aws:secretsmanager/secret:Secret": ["replicas"] },
  *judge(stack) {
    for (const secret of stack.ofType("aws:secretsmanager/secret:Secret")) {
      const regions = (secret.props.replicas ?? []).map(({ region }) => region);
      const away = regions.filter(
        (region) => region !== CLOUDFRONTS_REGION && isElsewhere(stack, { props: { region } }),
      );
      if (away.length > 0) continue;
      yield {
        resource: secret,
        path: "replicas",
        found: regions.length > 0 ? regions : undefined,
        required: `a replica in another region than the stack's, besides ${CLOUDFRONTS_REGION}`,
      };
    }
  },
});
