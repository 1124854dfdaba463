import { z } from "zod";
import type { Migration } from "./state";

/**
 * What a task in the new image runs to say what is pending and what was recorded. Of Laravel it calls only public
 * methods that have been there since version 5, and prints a line of JSON each: what `migrate:status` prints is for
 * people and changes with versions. It reads; no migration is loaded, let alone run.
 *
 * `declared`: the file says `@backward-compatible`, so the release before can live with it. `found`: calls and SQL in
 * its `up` that the release before would trip over. Both are for whoever thinks about going back.
 *
 * The argument is a batch number: recorded migrations above it are listed. Single quotes only, and short: all overrides
 * of a task come to at most 8192 characters.
 */
export const QUESTION = `
require 'vendor/autoload.php';
$app = require 'bootstrap/app.php';
$app->make('Illuminate\\\\Contracts\\\\Console\\\\Kernel')->bootstrap();
$say = function (array $line) { echo json_encode(['releaseGate' => $line]), PHP_EOL; };
$found = function ($source) {
  $seen = []; $depth = 0; $sql = ''; $in = false; $before = null; $function = false;
  foreach (token_get_all($source) as $token) {
    [$id, $text] = is_array($token) ? $token : [null, $token];
    if ($id === T_WHITESPACE || $id === T_COMMENT || $id === T_DOC_COMMENT) continue;
    if (!$in) {
      if ($function && $id === T_STRING) $in = strtolower($text) === 'up';
      $function = $id === T_FUNCTION;
      continue;
    }
    if ($text === '{' || $id === T_CURLY_OPEN || $id === T_DOLLAR_OPEN_CURLY_BRACES) $depth++;
    if ($text === '}' && --$depth === 0) break;
    $call = $before === T_OBJECT_OPERATOR || $before === T_NULLSAFE_OBJECT_OPERATOR || $before === T_DOUBLE_COLON;
    if ($id === T_STRING && $call && preg_match('/^(drop(?!(Index|Foreign|Unique|Primary|SpatialIndex|FullText)$)|rename(?!Index$)|change$|truncate$)/i', $text)) $seen[$text] = true;
    if ($id === T_CONSTANT_ENCAPSED_STRING || $id === T_ENCAPSED_AND_WHITESPACE) $sql .= $text;
    if ($text === ';') {
      if (preg_match('/alter\\s+table\\b.*?\\b(drop|rename|modify|change)\\b|\\b(drop|rename|truncate)\\s+table\\b/is', $sql, $match)) $seen['SQL ' . strtoupper(end($match))] = true;
      $sql = '';
    }
    $before = $id;
  }
  return array_keys($seen);
};
$migrator = $app->make('migrator');
$batches = $migrator->repositoryExists() ? $migrator->getRepository()->getMigrationBatches() : [];
$files = $migrator->getMigrationFiles(array_merge($migrator->paths(), [$app->databasePath('migrations')]));
$above = (int) ($argv[1] ?? PHP_INT_MAX);
$pending = array_diff_key($files, $batches);
$applied = array_filter($batches, function ($batch) use ($above) { return $batch > $above; });
foreach ($pending as $name => $file) {
  $source = file_get_contents($file);
  $say(['pending' => $name, 'declared' => strpos($source, '@backward-compatible') !== false, 'found' => $found($source)]);
}
foreach ($applied as $name => $batch) $say(['applied' => $name, 'batch' => (int) $batch]);
$say(['pendingCount' => count($pending), 'appliedCount' => count($applied), 'highestBatch' => $batches ? (int) max($batches) : 0]);
`.trim();

/** Arguments after the script: `php -r` takes what follows `--`. */
export const question = (above?: number): string[] => [
  "php",
  "-r",
  QUESTION,
  ...(above === undefined ? [] : ["--", String(above)]),
];

export interface Answer {
  readonly pending: readonly Migration[];
  /** Recorded above the batch that was asked about. */
  readonly applied: readonly { readonly name: string; readonly batch: number }[];
  readonly highestBatch: number;
}

const count = z.number().int().nonnegative();
const lineShape = z.object({
  releaseGate: z.union([
    z.object({ pending: z.string(), declared: z.boolean(), found: z.array(z.string()) }),
    z.object({ applied: z.string(), batch: count }),
    z.object({ pendingCount: count, appliedCount: count, highestBatch: count }),
  ]),
});

/** Undefined until the log holds all of it: lines come to CloudWatch some seconds after they were printed. */
export function parseAnswer(lines: readonly string[]): Answer | undefined {
  const pending: Migration[] = [];
  const applied: { name: string; batch: number }[] = [];
  let counts: { pendingCount: number; appliedCount: number; highestBatch: number } | undefined;
  for (const text of lines) {
    const line = parseLine(text);
    if (line === undefined) continue;
    if ("pending" in line) pending.push({ name: line.pending, declared: line.declared, found: line.found });
    else if ("applied" in line) applied.push({ name: line.applied, batch: line.batch });
    else counts = line;
  }
  if (counts?.pendingCount !== pending.length || counts.appliedCount !== applied.length) return undefined;
  return { pending, applied, highestBatch: counts.highestBatch };
}

/** The application may print lines of its own, JSON among them. */
function parseLine(text: string): z.infer<typeof lineShape>["releaseGate"] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return lineShape.safeParse(value).data?.releaseGate;
}
