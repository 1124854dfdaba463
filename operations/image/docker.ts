import { Failure } from "../failure";
import { type Ended, type RunOptions, runProgram } from "./command";

/** Docker's command line, as far as an image is built and pushed; its refusals in words that help. */
export class Docker {
  constructor(private readonly options: Pick<RunOptions, "signal" | "progress">) {}

  /** Before anything else: that docker is there, has buildx, and reaches its daemon. */
  async check(): Promise<void> {
    const { code, stdout, stderr } = await runProgram("docker", ["buildx", "version"], this.options).catch(
      (error: unknown) => {
        if (!(error instanceof Failure)) throw error;
        const advice =
          "Install Docker Desktop, Colima or docker-ce; or let the application's pipeline build the image.";
        throw new Failure("refused", "There is no docker on PATH, and an image cannot be built without it.", advice);
      },
    );
    if (code !== 0) {
      const advice = "It comes with Docker Desktop; elsewhere it is the package docker-buildx-plugin.";
      throw new Failure("refused", `This docker has no buildx: ${lastLine(stdout, stderr)}`, advice);
    }
    await this.#run(["version", "--format", "{{.Server.Version}}"], "Docker's daemon does not answer");
  }

  /** The password goes through standard input: a command line can be read by every process of the machine. */
  async login(registry: string, username: string, password: string): Promise<void> {
    const args = ["login", "--username", username, "--password-stdin", registry];
    await this.#run(args, `${registry} does not let us in`, { input: password });
  }

  async build(args: readonly string[]): Promise<void> {
    await this.#run(["buildx", "build", ...args], "The build failed", this.options);
  }

  async #run(args: readonly string[], problem: string, more: RunOptions = {}): Promise<Ended> {
    const ended = await runProgram("docker", args, { signal: this.options.signal, ...more });
    if (ended.code === 0) return ended;
    throw new Failure("failed", `${problem}: ${lastLine(ended.stdout, ended.stderr)}`, adviceFor(ended.stderr));
  }
}

const lastLine = (stdout: string, stderr: string): string =>
  (stderr.trim() || stdout.trim()).split("\n").at(-1) ?? "it said nothing";

const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/Cannot connect to the Docker daemon|docker daemon running/i, "Start Docker, then try again."],
  [/exec format error|no match for platform/i, "docker run --privileged --rm tonistiigi/binfmt --install arm64"],
  [
    /tag .* immutable|already exists in the '.*' repository/i,
    "The tag is taken: commit, or tag the commit, and try again.",
  ],
  [/denied|authorization token has expired|no basic auth/i, "Your role may not push to this repository."],
];

const adviceFor = (stderr: string): string | undefined => ADVICE.find(([pattern]) => pattern.test(stderr))?.[1];
