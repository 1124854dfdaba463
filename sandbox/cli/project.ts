import { readFileSync } from "node:fs";
import path from "node:path";
import { parse, stringify } from "yaml";
import { writeWhole } from "./files";

interface Plugin {
  name: string;
  path: string;
}

/** The parts of a Pulumi.yaml that name other files. */
interface Project {
  name: string;
  main?: string;
  stackConfigDir?: string;
  plugins?: Record<string, Plugin[]>;
}

export interface WrittenProject {
  readonly name: string;
  /** Names of the providers that the project serves itself. */
  readonly providers: readonly string[];
}

/** The name in a project file. */
export function projectName(source: string): string {
  return (parse(readFileSync(source, "utf8")) as Project).name;
}

/** Writes a project file into `folder` that means the same there as `source` does where it is. */
export function writeProject(source: string, folder: string): WrittenProject {
  const from = path.dirname(path.resolve(source));
  const { stackConfigDir: _, ...project } = parse(readFileSync(source, "utf8")) as Project;
  const plugins = Object.entries(project.plugins ?? {}).map(([kind, list]) => [
    kind,
    list.map((plugin) => ({ ...plugin, path: path.resolve(from, plugin.path) })),
  ]);
  const moved = {
    ...project,
    main: path.resolve(from, project.main ?? "."),
    ...(plugins.length > 0 && { plugins: Object.fromEntries(plugins) as unknown }),
  };
  writeWhole(path.join(folder, "Pulumi.yaml"), `# Generated from ${source}; do not edit.\n${stringify(moved)}`);
  return { name: project.name, providers: (project.plugins?.providers ?? []).map(({ name }) => name) };
}
