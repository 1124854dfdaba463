import type { HostedZone, Route53 } from "@aws-sdk/client-route-53";
import { randomUUID } from "node:crypto";
import { Failure } from "../operations/failure";
import type { Step } from "./step";

/** Answers the name servers that the world sees for a domain, as node's resolver does. */
export type ResolveNs = (zoneName: string) => Promise<string[]>;

/**
 * The public zone of the domain. `pulumi up` never makes it: its certificates would wait for ever for a zone that
 * nothing delegates to.
 */
export function hostedZoneStep(resolveNs: ResolveNs): Step {
  return {
    title: "Route 53 hosted zone",
    async look({ aws, stack }) {
      const { zoneName, zoneId } = stack.domain;
      if (zoneName === undefined) {
        throw new Failure("usage", `Pulumi.${stack.stack}.yaml has no zoneName in affiliate:domain.`);
      }
      const route53 = await aws.route53();
      const zone = chosen(await zonesNamed(route53, zoneName), zoneName, zoneId);
      if (zone === undefined) {
        const create = async () => {
          await route53.createHostedZone({
            Name: zoneName,
            CallerReference: randomUUID(),
            HostedZoneConfig: { Comment: `Public zone of ${zoneName}, made by bootstrap`, PrivateZone: false },
          });
        };
        return { present: [], actions: [{ kind: "create", says: `the public zone ${zoneName}`, run: create }] };
      }
      const id = bareId(zone);
      const { DelegationSet } = await route53.getHostedZone({ Id: id });
      const delegation = await delegationOf(zoneName, DelegationSet?.NameServers ?? [], resolveNs);
      const notes =
        zoneId === id ? [] : [`Write its id into Pulumi.${stack.stack}.yaml: affiliate:domain, zoneId: ${id}`];
      return { present: [`${zoneName} (${id})`], actions: [], notes: [...notes, ...delegation] };
    },
  };
}

async function zonesNamed(route53: Route53, zoneName: string): Promise<HostedZone[]> {
  // Sorted by name, so that the ones asked for come first; several may share a name.
  const { HostedZones } = await route53.listHostedZonesByName({ DNSName: zoneName });
  return (HostedZones ?? []).filter((zone) => zone.Name === `${zoneName}.` && zone.Config?.PrivateZone !== true);
}

function chosen(zones: HostedZone[], zoneName: string, zoneId: string | undefined): HostedZone | undefined {
  const named = zones.find((zone) => bareId(zone) === zoneId);
  if (named !== undefined) return named;
  if (zones.length > 1) {
    throw new Failure(
      "refused",
      `There are ${zones.length} public zones ${zoneName}: ${zones.map(bareId).join(", ")}. Nothing was changed.`,
      "Write the id of the delegated one into the stack file (affiliate:domain, zoneId), or delete the others",
    );
  }
  return zones[0];
}

const bareId = (zone: HostedZone): string => (zone.Id ?? "").replace("/hostedzone/", "");

async function delegationOf(zoneName: string, expected: readonly string[], resolveNs: ResolveNs): Promise<string[]> {
  const servers = expected.map((server) => `    ${server}`);
  const howTo = [
    `Delegate ${zoneName}: set these as its NS records at the registrar, or in the parent zone:`,
    ...servers,
  ];
  let seen: string[];
  try {
    seen = await resolveNs(zoneName);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOTFOUND" || code === "ENODATA") return [`${zoneName} is not delegated yet.`, ...howTo];
    return [`Whether ${zoneName} is delegated could not be asked from here (${code ?? "no answer"}).`, ...howTo];
  }
  if (sameServers(seen, expected)) return [`${zoneName} is delegated to it.`];
  return [`${zoneName} is delegated elsewhere: ${seen.join(", ")}.`, ...howTo];
}

/** Whether two lists name the same servers, whatever their order, case and final dot. */
export function sameServers(one: readonly string[], other: readonly string[]): boolean {
  const plain = (list: readonly string[]) =>
    list
      .map((name) => name.toLowerCase().replace(/\.$/, ""))
      .sort()
      .join();
  return plain(one) === plain(other);
}
