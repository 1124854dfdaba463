import { ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { dumpPrefix } from "../../config/dump";
import type { Kept } from "./decide";
import type { World } from "./world";

/** The last object of a dump. */
const MANIFEST = "manifest.json";
/** In the place of a manifest, when there will be none: why. */
export const GIVEN_UP = "given-up.json";

/** Folder of a dump, as the engine makes it of the clone's time. */
export const folderOf = (cloneTime: Date, id: string): string =>
  `${dumpPrefix}/${cloneTime.toISOString().slice(0, 10).replaceAll("-", "/")}/${id}`;

/** By listing: to ask for an object's head would take the right to read it. */
async function exists({ s3, settings }: World, key: string): Promise<boolean> {
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: settings.bucket, Prefix: key, MaxKeys: 1 }),
  );
  return Contents[0]?.Key === key;
}

export async function lookInto(world: World, cloneTime: Date, id: string): Promise<Kept> {
  const folder = folderOf(cloneTime, id);
  const [manifest, givenUp] = await Promise.all([
    exists(world, `${folder}/${MANIFEST}`),
    exists(world, `${folder}/${GIVEN_UP}`),
  ]);
  return { manifest, givenUp };
}

/** Whether a dump of that time is there or was given up. Its clone may have come about a day later in UTC. */
export async function isSettled(world: World, due: Date, id: string): Promise<boolean> {
  const days = [due, new Date(due.getTime() + 86_400_000)];
  const found = await Promise.all(days.map((day) => lookInto(world, day, id)));
  return found.some(({ manifest, givenUp }) => manifest || givenUp);
}

export async function writeGivenUp(world: World, cloneTime: Date, id: string, reason: string): Promise<void> {
  await world.s3.send(
    new PutObjectCommand({
      Bucket: world.settings.bucket,
      Key: `${folderOf(cloneTime, id)}/${GIVEN_UP}`,
      ContentType: "application/json",
      Body: JSON.stringify({ id, cloneTime: cloneTime.toISOString(), givenUpAt: world.now().toISOString(), reason }),
    }),
  );
}
