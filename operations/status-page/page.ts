import { Failure } from "../failure";
import { learnValues, look } from "../secrets/store";
import type { Context } from "../verb";
import { BY_HAND, StatusPage } from "./api";

/** The stack's page, with the key from its secret. Nothing is asked of Statuspage yet. */
export async function openPage(context: Context, api: string): Promise<StatusPage> {
  const { stack, aws, redactor, signal } = context;
  const { pageId } = stack.statusPage;
  if (pageId === undefined) {
    throw new Failure(
      "refused",
      `Pulumi.${stack.stack}.yaml names no page at Statuspage (affiliate:monitoring.statusPage.pageId).`,
      BY_HAND,
    );
  }
  if (!/^[a-z0-9]+$/.test(pageId)) {
    throw new Failure(
      "usage",
      `affiliate:monitoring.statusPage.pageId is ${JSON.stringify(pageId)}; allowed: small letters and digits.`,
    );
  }
  const id = stack.secretsOf.name("secret", "status-page");
  const { observed } = await look(await aws.secretsManager(), id, "status-page", redactor);
  if ("unreadable" in observed) throw new Failure("noAccess", `${id} cannot be read: ${observed.unreadable}`, BY_HAND);
  const value = observed.container === "present" ? observed.version?.value : undefined;
  const key = value?.api_key;
  if (typeof key !== "string" || !/^[!-~]+$/.test(key)) {
    throw new Failure(
      "refused",
      `The secret ${id} holds no api_key.`,
      `npm run operations -- secrets set status-page --stack ${stack.stack}. ${BY_HAND}`,
    );
  }
  learnValues("status-page", { api_key: key }, redactor);
  return new StatusPage(api, pageId, key, signal);
}
