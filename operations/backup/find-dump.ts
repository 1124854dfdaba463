import type { S3 } from "@aws-sdk/client-s3";
import { Failure } from "../failure";
import { type Dump, listDumps } from "./dumps";

/** A finished dump by its address, its folder or its name alone. */
export async function findDump(s3: S3, bucket: string, typed: string): Promise<Dump> {
  const advice = "Dumps: npm run operations -- backup list --of database";
  const [, other, path] = /^s3:\/\/([^/]+)\/(.+?)\/?$/.exec(typed) ?? [];
  if (other !== undefined && other !== bucket) {
    throw new Failure("usage", `The dump is in ${other}; those of this stack are in ${bucket}.`, advice);
  }
  const wanted = path ?? typed.replace(/\/$/, "");
  const dumps = (await listDumps(s3, bucket)).filter(
    ({ folder }) => folder === wanted || folder.split("/").pop() === wanted,
  );
  const [found, second] = dumps;
  if (found === undefined) throw new Failure("refused", `There is no dump "${typed}" in ${bucket}.`, advice);
  if (second !== undefined) {
    const folders = dumps.map(({ folder }) => folder).join(", ");
    throw new Failure("usage", `"${typed}" names more than one dump: ${folders}.`, "Give the whole folder");
  }
  if (found.finished === undefined) {
    const why = found.givenUp ? "it was given up" : "the dump did not come to its end";
    throw new Failure("refused", `${found.folder} has no manifest: ${why}. There is nothing to verify.`, advice);
  }
  return found;
}
