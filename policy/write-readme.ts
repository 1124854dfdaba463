// `npm run policy:readme`: puts the table of rules into policy/README.md.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withTable } from "./framework/readme";
import { rules } from "./rules";

const file = join(__dirname, "README.md");
writeFileSync(file, withTable(readFileSync(file, "utf8"), rules));
