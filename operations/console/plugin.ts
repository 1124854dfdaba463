import { spawn, spawnSync } from "node:child_process";
import { Failure } from "../failure";

/** AWS's program that speaks the sessions' protocol; the AWS CLI starts it, too. */
const PLUGIN = "session-manager-plugin";
/** From this version on it takes the session, whose token opens it, from the environment and not from the command line. */
const LEAST = [1, 2, 497] as const;
const VARIABLE = "AWS_SSM_START_SESSION_RESPONSE";

const INSTALL =
  "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html";

/** Before anything is started: without the plugin nobody could come in. */
export function demandPlugin(): void {
  const { error, stdout } = spawnSync(PLUGIN, ["--version"], { encoding: "utf8", timeout: 10_000 });
  if (error !== undefined) {
    throw new Failure(
      "refused",
      `${PLUGIN} is not on PATH; sessions need it. Nothing was started.`,
      `Install: ${INSTALL}`,
    );
  }
  const version = stdout.trim();
  const parts = version.split(".").map(Number);
  const compared = LEAST.map((least, at) => (parts[at] ?? 0) - least).find((difference) => difference !== 0) ?? 0;
  if (compared >= 0) return;
  throw new Failure(
    "refused",
    `${PLUGIN} is ${version || "of an unknown version"}; ${LEAST.join(".")} or newer keeps the session's token off the command line.`,
    `Install: ${INSTALL}`,
  );
}

export interface Session {
  readonly sessionId?: string | undefined;
  readonly streamUrl?: string | undefined;
  readonly tokenValue?: string | undefined;
}

/** Hands the terminal over until the session ends; the exit code of the plugin. Ctrl-C is the session's own meanwhile. */
export async function openSession(
  session: Session,
  place: { readonly region: string; readonly request: unknown; readonly endpoint: string },
  signal: AbortSignal,
): Promise<number> {
  const response = {
    SessionId: session.sessionId,
    StreamUrl: session.streamUrl,
    TokenValue: session.tokenValue,
  };
  const others = process.listeners("SIGINT");
  const ignore = () => undefined;
  process.removeAllListeners("SIGINT").on("SIGINT", ignore);
  try {
    const child = spawn(
      PLUGIN,
      [
        VARIABLE,
        place.region,
        "StartSession",
        process.env.AWS_PROFILE ?? "",
        JSON.stringify(place.request),
        place.endpoint,
      ],
      { stdio: "inherit", env: { ...process.env, [VARIABLE]: JSON.stringify(response) } },
    );
    const end = () => child.kill("SIGTERM");
    signal.addEventListener("abort", end, { once: true });
    return await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code, by) => resolve(code ?? (by === "SIGTERM" ? 0 : 1)));
    });
  } finally {
    process.off("SIGINT", ignore);
    for (const listener of others) process.on("SIGINT", listener);
  }
}
