import type { Shapes } from "../../shape";
import { aurora } from "./aurora";
import { balancing } from "./balancing";
import { cloudfront } from "./cloudfront";
import { containers } from "./containers";
import { domains } from "./domains";
import { ec2 } from "./ec2";
import { elasticache } from "./elasticache";
import { functions } from "./functions";
import { governance } from "./governance";
import { iam } from "./iam";
import { kms } from "./kms";
import { messaging } from "./messaging";
import { observability } from "./observability";
import { rds } from "./rds";
import { s3 } from "./s3";
import { secrets } from "./secrets";
import { waf } from "./waf";

/** How each resource type answers; a type without an entry is refused. */
export const AWS_SHAPES: Shapes = {
  ...aurora,
  ...balancing,
  ...cloudfront,
  ...containers,
  ...domains,
  ...ec2,
  ...waf,
  ...elasticache,
  ...functions,
  ...governance,
  ...iam,
  ...kms,
  ...messaging,
  ...observability,
  ...rds,
  ...s3,
  ...secrets,
};
