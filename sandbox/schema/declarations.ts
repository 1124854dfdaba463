import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The interfaces of one `types/input.d.ts`, found by their lines: the file has 5 MB for AWS, and a resource type needs
 * a few of its declarations, so only those are ever parsed.
 */
export class Declarations {
  private readonly text: string;
  private readonly places = new Map<string, readonly [start: number, end: number]>();

  constructor(file: string) {
    this.text = readFileSync(file, "utf8");
    let namespace = "";
    let open: { name: string; start: number; indent: string } | undefined;
    let at = 0;
    for (const line of this.text.split("\n")) {
      const next = at + line.length + 1;
      if (open !== undefined) {
        if (line === `${open.indent}}`) {
          this.places.set(open.name, [open.start, next]);
          open = undefined;
        }
      } else {
        const inner = /^export declare namespace (\w+) \{/.exec(line);
        const declared = /^( *)(?:export )?interface (\w+)/.exec(line);
        if (inner) namespace = `${inner[1] ?? ""}.`;
        else if (line === "}") namespace = "";
        else if (declared) open = { name: namespace + (declared[2] ?? ""), start: at, indent: declared[1] ?? "" };
      }
      at = next;
    }
  }

  /** The source of an interface, by its name below `inputs.`: "rds.ClusterScalingConfiguration". */
  source(name: string): string | undefined {
    const place = this.places.get(name);
    return place && this.text.slice(...place);
  }
}

/** The values of an enum, by its name below `enums.`: "ec2.SubnetAllocationStrategy". Undefined where it is not one. */
export function enumValues(folder: string, name: string): (string | number)[] | undefined {
  const parts = name.split(".");
  const type = parts.pop() ?? "";
  let text: string;
  try {
    text = readFileSync(join(folder, "types", "enums", ...parts, "index.d.ts"), "utf8");
  } catch {
    return undefined;
  }
  const body = new RegExp(`export declare const ${type}: \\{([^]*?)\\n\\};`).exec(text)?.[1];
  const values = body?.match(/readonly \w+: (?:"[^"]*"|-?[\d.]+);/g);
  return values?.map((line) => JSON.parse(line.replace(/^readonly \w+: /, "").replace(/;$/, "")) as string | number);
}
