import { createHash } from "node:crypto";

/** A refusal in the words of the service that refuses. */
export class CloudError extends Error {
  override readonly name = "CloudError";

  constructor(
    readonly code: string,
    detail: string,
    /** "IAM: CreateRole" */
    operation?: string,
    readonly status = 400,
  ) {
    const request = createHash("sha256").update(`${code}${detail}`).digest("hex");
    const id = request.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    super(
      operation === undefined
        ? `${code}: ${detail}`
        : `operation error ${operation}, https response error StatusCode: ${status}, RequestID: ${id}, ${code}: ${detail}`,
    );
  }
}
