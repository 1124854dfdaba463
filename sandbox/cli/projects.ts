import path from "node:path";
import { REPOSITORY } from "./home";

/** A program with stack files of its own. */
export interface NamedProject {
  /** The project file whose providers are the sandbox's. */
  readonly project: string;
  /** The project file for real runs. */
  readonly real: string;
  readonly stackFiles: string;
  /** Keeps its copies apart from those of other programs with stacks of the same names. */
  readonly folder: string;
}

/** Programs beside the platform's, by the name that `--project` takes. */
const PROJECTS: Readonly<Record<string, NamedProject>> = {
  account: {
    project: path.join(REPOSITORY, "sandbox", "account.yaml"),
    real: path.join(REPOSITORY, "account", "Pulumi.yaml"),
    stackFiles: path.join(REPOSITORY, "account"),
    folder: "account",
  },
};

/** What `--project` means: one of the names above, or a project file. */
export function projectNamed(name: string | undefined): Partial<NamedProject> {
  if (name === undefined) return {};
  if (Object.hasOwn(PROJECTS, name)) return PROJECTS[name] ?? {};
  if (/\.ya?ml$/.test(name)) return { project: name };
  throw new Error(
    `There is no project "${name}". Known: ${Object.keys(PROJECTS).join(", ")}; without --project it is the platform's.`,
  );
}
