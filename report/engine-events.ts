// The engine's events, as far as they are read here. Source: sdk/go/common/apitype/events.go of Pulumi.

/** What the engine says of a resource before and after an operation. */
export interface StepMetadata {
  /** The engine's word: create, same, update, delete, replace, create-replacement, delete-replaced, read, … */
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly old?: StepState | null;
  readonly new?: StepState | null;
  /** Properties that have changed, of the first level. */
  readonly diffs?: readonly string[] | null;
  readonly detailedDiff?: Readonly<Record<string, PropertyDiff>> | null;
}

export interface StepState {
  readonly parent?: string;
  readonly inputs?: Readonly<Record<string, unknown>> | null;
  readonly outputs?: Readonly<Record<string, unknown>> | null;
}

export interface PropertyDiff {
  readonly diffKind: "add" | "add-replace" | "delete" | "delete-replace" | "update" | "update-replace";
  /** Between inputs, rather than between a state and the inputs. */
  readonly inputDiff?: boolean;
}

interface PolicySummary {
  readonly passed?: readonly string[];
  readonly failed?: readonly string[];
}

export interface EngineEvent {
  /** Unix time in seconds. */
  readonly timestamp: number;
  readonly preludeEvent?: object;
  readonly resourcePreEvent?: { readonly metadata: StepMetadata };
  readonly resOutputsEvent?: { readonly metadata: StepMetadata };
  readonly resOpFailedEvent?: { readonly metadata: StepMetadata };
  readonly diagnosticEvent?: { readonly severity: string; readonly message: string };
  readonly policyEvent?: {
    readonly resourceUrn?: string;
    readonly policyName: string;
    readonly enforcementLevel: "mandatory" | "advisory" | "remediate";
    readonly message: string;
  };
  readonly policyAnalyzeSummaryEvent?: PolicySummary;
  readonly policyAnalyzeStackSummaryEvent?: PolicySummary;
  readonly summaryEvent?: {
    readonly resourceChanges?: Readonly<Record<string, number>>;
    readonly durationSeconds: number;
    readonly isPreview?: boolean;
  };
}
