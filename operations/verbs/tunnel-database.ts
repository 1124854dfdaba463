import { ports } from "../../config/vocabulary";
import { demandPlugin, openSession } from "../console/plugin";
import { consoleRevision, startConsole } from "../console/task";
import { Failure } from "../failure";
import { confirmStack } from "../prompt";
import { runningRelease } from "../released";
import { readTargets } from "../targets";
import type { ChangeOptions, Verb } from "../verb";

interface Options extends ChangeOptions {
  readonly port?: string;
  readonly reader: boolean;
}

const DOCUMENT = "AWS-StartPortForwardingSessionToRemoteHost";
const LOCAL_PORT = 13306;

export const tunnelDatabase: Verb<Options> = {
  path: "tunnel database",
  summary: "the database on a port of this machine, through a console task",
  description:
    "Starts a console task and forwards a local port through it to Aurora, until Ctrl-C; the task is stopped then. The " +
    "connection is TLS from end to end: the client has to ask for it and to expect the database's name, not " +
    "localhost. Needs AWS's session-manager-plugin. Then, in another terminal: " +
    `mysql --host 127.0.0.1 --port ${LOCAL_PORT} --ssl-mode REQUIRED --user <user> --password <database>`,
  changes: true,
  options: [
    { flags: "--port <port>", description: `the local port; ${LOCAL_PORT} unless given` },
    { flags: "--reader", description: "to a reader instead of the writer: for long queries" },
  ],
  examples: [
    { command: "npm run operations -- tunnel database --stack production --reader", says: "look without harm" },
  ],

  async run(context, options) {
    const { aws, stack, terminal } = context;
    const localPort = portOf(options.port);
    demandPlugin();
    const targets = await readTargets(aws, stack);
    const { writerEndpoint, readerEndpoint } = targets.database;
    const host = options.reader ? readerEndpoint : writerEndpoint;
    const release = await runningRelease(aws, targets);
    terminal.say(`127.0.0.1:${localPort} will lead to ${host}:${ports.database} of ${stack.stack}.`);
    if (options.dryRun) {
      terminal.say("Dry run: nothing was started.");
      return "ok";
    }
    await confirmStack(context.prompt, stack.stack, stack.facts.environment, options.yes);
    const task = await startConsole(context, targets, await consoleRevision(context, targets, release));

    const request = {
      Target: task.target,
      DocumentName: DOCUMENT,
      Parameters: {
        host: [host],
        portNumber: [String(ports.database)],
        localPortNumber: [String(localPort)],
      },
    };
    const ssm = await aws.ssm();
    const { SessionId, StreamUrl, TokenValue } = await ssm.startSession(request);
    context.redactor.learn(TokenValue ?? "");
    if (SessionId !== undefined) {
      context.atEnd(async () => {
        await ssm.terminateSession({ SessionId });
      });
    }
    const session = { sessionId: SessionId, streamUrl: StreamUrl, tokenValue: TokenValue };
    const place = {
      region: stack.facts.region,
      request,
      endpoint: `https://ssm.${stack.facts.region}.amazonaws.com`,
    };
    const code = await openSession(session, place, context.signal);
    if (code !== 0) throw new Failure("failed", `The tunnel ended with ${code}.`);
    return "ok";
  },
};

function portOf(given: string | undefined): number {
  if (given === undefined) return LOCAL_PORT;
  const port = Number(given);
  if (Number.isInteger(port) && port >= 1024 && port <= 65_535) return port;
  throw new Failure("usage", `--port is "${given}"; give a port from 1024 to 65535, such as ${LOCAL_PORT}.`);
}
