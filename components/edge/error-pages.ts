import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { REPOSITORY_ROOT } from "../../config/root";
import { ERROR_PAGE_CODES } from "./cache-behaviors";
import { ERROR_PAGES } from "./routes";

export interface ErrorPagesArgs {
  /** Name of the assets bucket; it encrypts by default with its own key. */
  readonly bucket: pulumi.Input<string>;
}

/** The path of a page at the distribution, "/errors/502.html". */
export function errorPagePath(code: number): string {
  return ERROR_PAGES.replace("*", `${code}.html`);
}

/** The pages themselves, in Japanese and English and each in one file: when they are shown, nothing else may load. */
export class ErrorPages extends pulumi.ComponentResource {
  constructor(name: string, args: ErrorPagesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("affiliate:edge:ErrorPages", name, {}, opts);

    for (const code of ERROR_PAGE_CODES) {
      new aws.s3.BucketObjectv2(
        `${name}-${code}`,
        {
          bucket: args.bucket,
          key: errorPagePath(code).slice(1),
          // As text rather than as a file: a changed word is the difference that the preview shows.
          content: readFileSync(join(REPOSITORY_ROOT, "components", "edge", "error-pages", `${code}.html`), "utf8"),
          contentType: "text/html; charset=utf-8",
          contentLanguage: "ja, en",
          cacheControl: "public, max-age=60",
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
