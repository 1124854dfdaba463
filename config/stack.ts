import { createNamer, type Namer } from "./naming";

/** `recovery` is the platform in Osaka, built from production's copies. */
export type Environment = "production" | "staging" | "recovery";

export const PROJECT = "affiliate";

/** Where CloudFront's certificate, web ACL and log delivery must live, whatever the stack's own region. */
export const GLOBAL_REGION = "us-east-1";

/** What every component may know about the stack it is part of: plain values, known before anything is created. */
export interface StackFacts {
  readonly project: typeof PROJECT;
  readonly environment: Environment;
  /** Twelve digits. */
  readonly accountId: string;
  /** The stack's home region, such as `ap-northeast-1`. */
  readonly region: string;
  readonly name: Namer;
  /** Stateful resources: protect, retainOnDelete and AWS's own deletion protection. */
  readonly protect: boolean;
}

export function createStackFacts(settings: {
  environment: Environment;
  accountId: string;
  region: string;
  protect: boolean;
}): StackFacts {
  const { environment, accountId, region, protect } = settings;
  return {
    project: PROJECT,
    environment,
    accountId,
    region,
    protect,
    name: createNamer({ project: PROJECT, environment, accountId }),
  };
}
