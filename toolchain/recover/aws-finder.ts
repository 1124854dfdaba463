import { Backup } from "@aws-sdk/client-backup";
import { CloudFront } from "@aws-sdk/client-cloudfront";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { ResourceGroupsTaggingAPI, type GetResourcesCommandOutput } from "@aws-sdk/client-resource-groups-tagging-api";
import type { Finder, Wanted } from "./finder";
import { identityOf, type Account } from "./identities";
import { datadogIds, githubIds } from "./other-listers";

/** Where services without regions answer. */
const GLOBAL = "us-east-1";
/** Types whose ARNs have no region: their tags are asked for there. */
const WITHOUT_REGION = /^aws:(cloudfront|route53|iam)\//;

/** Asks AWS, Datadog and GitHub, and changes nothing there. Each answers only with the caller's own credentials. */
export class AwsFinder implements Finder {
  constructor(
    private readonly account: Account,
    private readonly env: NodeJS.ProcessEnv = process.env,
  ) {}

  async byTags(wanted: Wanted, tags: Readonly<Record<string, string>>): Promise<readonly string[] | undefined> {
    const identity = identityOf(wanted.type);
    if (identity.by !== "tags") return undefined;
    const client = new ResourceGroupsTaggingAPI({ region: regionOf(wanted, this.account) });
    const TagFilters = Object.entries(tags).map(([Key, value]) => ({ Key, Values: [value] }));
    const ids: string[] = [];
    let after: string | undefined = "";
    while (after !== undefined) {
      const page: GetResourcesCommandOutput = await client.getResources({ TagFilters, PaginationToken: after });
      // Snapshots, tasks and recovery points carry the tags of what they come from: their ARNs are of another form.
      for (const { ResourceARN = "" } of page.ResourceTagMappingList ?? []) {
        const id = identity.importId(ResourceARN);
        if (id !== undefined) ids.push(id);
      }
      after = page.PaginationToken || undefined;
    }
    return ids;
  }

  /** Whether something of that name is there, the provider's read tells. */
  byArguments({ type, inputs, region: wanted }: Wanted): Promise<readonly string[] | undefined> {
    const identity = identityOf(type);
    const region = regionOf({ type, region: wanted }, this.account);
    return Promise.resolve(
      identity.by === "arguments" ? [identity.importId(inputs, { ...this.account, region })] : undefined,
    );
  }

  byList(wanted: Wanted): Promise<readonly string[] | undefined> {
    const own = LISTERS[wanted.type];
    if (own !== undefined) return own(wanted, regionOf(wanted, this.account));
    const lister = wanted.type.startsWith("datadog:") ? datadogIds : githubIds;
    return lister(wanted, this.env);
  }
}

const LISTERS: Readonly<Record<string, (wanted: Wanted, region: string) => Promise<readonly string[]>>> = {
  "aws:backup/selection:Selection": async ({ inputs }, region) => {
    const client = new Backup({ region });
    const BackupPlanId = String(inputs["planId"]);
    return paged(inputs["name"], async (NextToken) => {
      const page = await client.listBackupSelections({ BackupPlanId, NextToken });
      const items = (page.BackupSelectionsList ?? []).map(({ SelectionName: name, SelectionId: id }) => ({
        name,
        id: id && `${BackupPlanId}|${id}`,
      }));
      return { items, next: page.NextToken };
    });
  },
  "aws:cloudfront/originAccessControl:OriginAccessControl": async ({ inputs }) => {
    const client = new CloudFront({ region: GLOBAL });
    return paged(inputs["name"], async (Marker) => {
      const { OriginAccessControlList: page } = await client.listOriginAccessControls({ Marker });
      const items = (page?.Items ?? []).map(({ Name: name, Id: id }) => ({ name, id }));
      return { items, next: page?.NextMarker };
    });
  },
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": async ({ inputs }) => {
    const client = new CloudFront({ region: GLOBAL });
    return paged(inputs["name"], async (Marker) => {
      const { ResponseHeadersPolicyList: page } = await client.listResponseHeadersPolicies({ Type: "custom", Marker });
      const items = (page?.Items ?? []).map(({ ResponseHeadersPolicy: policy }) => ({
        name: policy?.ResponseHeadersPolicyConfig?.Name,
        id: policy?.Id,
      }));
      return { items, next: page?.NextMarker };
    });
  },
  "aws:cloudwatch/logDelivery:LogDelivery": async ({ inputs, region = GLOBAL }) => {
    const client = new CloudWatchLogs({ region });
    const pair = (source: unknown, destination: unknown): string => `${String(source)} ${String(destination)}`;
    return paged(pair(inputs["deliverySourceName"], inputs["deliveryDestinationArn"]), async (nextToken) => {
      const page = await client.describeDeliveries({ nextToken });
      const items = (page.deliveries ?? []).map(({ id, deliverySourceName, deliveryDestinationArn }) => ({
        name: pair(deliverySourceName, deliveryDestinationArn),
        id,
      }));
      return { items, next: page.nextToken };
    });
  },
};

interface Page {
  readonly items: readonly { readonly name: string | undefined; readonly id: string | undefined }[];
  readonly next: string | undefined;
}

/** Ids of what has the name, over all pages. */
async function paged(name: unknown, page: (after: string | undefined) => Promise<Page>): Promise<string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const { items, next } = await page(after);
    ids.push(...items.flatMap((item) => (item.name === name && item.id !== undefined ? [item.id] : [])));
    after = next;
  } while (after !== undefined && after !== "");
  return ids;
}

function regionOf({ type, region }: Pick<Wanted, "type" | "region">, account: Account): string {
  return WITHOUT_REGION.test(type) ? GLOBAL : (region ?? account.region);
}
