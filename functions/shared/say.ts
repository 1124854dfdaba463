/** A line for people and for queries: one JSON object with the message and what it is about. */
export type Say = (message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** Not console.log: Lambda would wrap the line, a query find its fields one level deeper, and CloudWatch no metrics in it. */
export const writeLine = (line: string): void => void process.stdout.write(`${line}\n`);

export const sayTo =
  (write: (line: string) => void, now: () => Date): Say =>
  (message, fields = {}) =>
    write(JSON.stringify({ time: now().toISOString(), level: "INFO", message, ...fields }));
