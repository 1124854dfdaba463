import type { S3 } from "@aws-sdk/client-s3";
import { Failure } from "../failure";
import { copySource, type Version } from "./versions";

/** The largest object that CopyObject takes, in bytes. Source: S3 CopyObject. */
const LARGEST = 5 * 1024 ** 3;
const PART = 1024 ** 3;

/** Makes a version the newest of its own key, with its metadata and tags. Returns the new version's id. */
export async function copy(s3: S3, bucket: string, version: Version, largest = LARGEST, part = PART): Promise<string> {
  const place = { Bucket: bucket, Key: version.key };
  const CopySource = copySource(bucket, version);
  const { VersionId } =
    version.bytes <= largest
      ? await s3.copyObject({ ...place, CopySource, MetadataDirective: "COPY", TaggingDirective: "COPY" })
      : await copyInParts(s3, bucket, version, part);
  if (VersionId === undefined) throw new Failure("failed", `S3 made no version of ${version.key}: it keeps none`);
  return VersionId;
}

/** A copy in parts takes neither metadata nor tags along by itself. */
async function copyInParts(s3: S3, bucket: string, version: Version, part: number) {
  const place = { Bucket: bucket, Key: version.key };
  const source = { ...place, VersionId: version.versionId };
  const [head, { TagSet = [] }] = await Promise.all([s3.headObject(source), s3.getObjectTagging(source)]);
  const { UploadId } = await s3.createMultipartUpload({
    ...place,
    CacheControl: head.CacheControl,
    ContentDisposition: head.ContentDisposition,
    ContentEncoding: head.ContentEncoding,
    ContentLanguage: head.ContentLanguage,
    ContentType: head.ContentType,
    Metadata: head.Metadata,
    StorageClass: head.StorageClass,
    Tagging: new URLSearchParams(TagSet.map(({ Key = "", Value = "" }): [string, string] => [Key, Value])).toString(),
  });
  try {
    const parts = [];
    for (let from = 0, PartNumber = 1; from < version.bytes; from += part, PartNumber += 1) {
      const to = Math.min(from + part, version.bytes) - 1;
      const { CopyPartResult } = await s3.uploadPartCopy({
        ...place,
        ...{ UploadId, PartNumber, CopySource: copySource(bucket, version), CopySourceRange: `bytes=${from}-${to}` },
      });
      parts.push({ PartNumber, ETag: CopyPartResult?.ETag });
    }
    return await s3.completeMultipartUpload({ ...place, UploadId, MultipartUpload: { Parts: parts } });
  } catch (error) {
    await s3.abortMultipartUpload({ ...place, UploadId });
    throw error;
  }
}
