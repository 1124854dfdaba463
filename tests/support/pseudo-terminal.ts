import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Types each answer when its question has appeared, and prints what the terminal showed. */
const PROGRAM = `
import fcntl, json, os, pty, struct, sys, termios
answers, command = json.loads(sys.argv[1]), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    if "COLUMNS" in os.environ:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, int(os.environ["COLUMNS"]), 0, 0))
    os.execvp(command[0], command)
shown, seen = b"", 0
while True:
    try:
        data = os.read(terminal, 4096)
    except OSError:
        break
    if not data:
        break
    shown += data
    if answers and answers[0][0].encode() in shown[seen:]:
        seen = len(shown)
        os.write(terminal, answers.pop(0)[1].encode())
_, status = os.waitpid(pid, 0)
print(json.dumps({"code": os.waitstatus_to_exitcode(status), "shown": shown.decode(), "unasked": len(answers)}))
`;

export interface Shown {
  readonly code: number;
  /** Everything that the terminal showed, also what the terminal itself would have echoed. */
  readonly shown: string;
  /** Answers whose question never came. */
  readonly unasked: number;
}

/**
 * Runs a command on a terminal of its own, as wide as COLUMNS says and without a size otherwise. An answer ends in \r to be
 * the Enter key.
 */
export async function onTerminal(
  command: readonly string[],
  answers: readonly (readonly [question: string, keys: string])[],
  env: Readonly<Record<string, string>>,
): Promise<Shown> {
  const argv = ["-c", PROGRAM, JSON.stringify(answers), ...command];
  const { stdout } = await promisify(execFile)("python3", argv, { env: { PATH: process.env.PATH, ...env } });
  return JSON.parse(stdout) as Shown;
}
