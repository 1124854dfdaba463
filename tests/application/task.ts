// A container of a task, run here from its own definition: its entry point and command, user, environment, read-only root
// and memory mounts, with the real nginx and php-fpm. What differs from Fargate: the programs are Debian's (nginx 1.22, PHP
// 8.2, while the image has Alpine's nginx and PHP 8.3), nothing counts memory, there is no init, and ports are free ones.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  closeSync,
  cpSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import type { ContainerDefinition } from "../../components/compute/container-definition";
import { image } from "../../components/compute/image-contract";
import { ports } from "../../config/vocabulary";

const root = path.resolve(__dirname, "../..");
export const APPLICATION = path.join(root, "application");
export const FIXTURE = path.join(__dirname, "fixture");

/** Version of Debian's php-fpm, such as "8.2"; the image has 8.3. */
function phpVersion(): string {
  const found = readdirSync("/usr/sbin").map((name) => /^php-fpm(8\.\d+)$/.exec(name)?.[1]);
  const version = found.find((name) => name !== undefined);
  if (version !== undefined) return version;
  throw new Error("These tests run the real nginx and php-fpm: .ci/packages installs what they need on Debian.");
}
const PHP = phpVersion();

export interface Place {
  /** A temporary folder of the test. */
  readonly folder: string;
  readonly webPort: number;
  readonly fpmPort: number;
}

export interface Running {
  readonly process: ChildProcess;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** What it has written to stdout and stderr so far. */
  output(): string;
}

/** The files of the image, laid out as the Dockerfile's COPY lines do: the fixture is the application's repository. */
export function layOut(place: Place, alter: (text: string) => string = (text) => text): void {
  const { folder, webPort, fpmPort } = place;
  const html = path.join(folder, "html");
  cpSync(FIXTURE, html, { recursive: true });
  cpSync(path.join(APPLICATION, "laravel/app"), path.join(html, "app"), { recursive: true });
  for (const mount of ["storage/framework", "bootstrap/cache"]) mkdirSync(path.join(html, mount), { recursive: true });
  execFileSync("chmod", ["-R", "a+rX", folder]);
  const programs = path.join(folder, "programs");
  mkdirSync(programs);
  symlinkSync(`/usr/sbin/php-fpm${PHP}`, path.join(programs, "php-fpm"));
  cpSync(path.join(APPLICATION, "docker/entrypoint.sh"), path.join(programs, "entrypoint"));
  for (const file of ["nginx/nginx.conf", "php/php-fpm.conf", "php/php.ini"]) {
    const text = readFileSync(path.join(APPLICATION, "docker", file), "utf8")
      .replace(`listen ${ports.web} `, `listen 127.0.0.1:${webPort} `)
      .replaceAll(image.fpmAddress, `127.0.0.1:${fpmPort}`);
    writeFileSync(path.join(folder, path.basename(file)), alter(text));
  }
}

/** Starts one container. `environment` is what ECS would have put in place of secrets, and the stack's own. */
export function start(
  place: Place,
  container: ContainerDefinition,
  environment: Readonly<Record<string, string>> = {},
): Running {
  const { folder } = place;
  const log = path.join(folder, `${container.name}.log`);
  const file = openSync(log, "w");
  // A container's streams belong to its user.
  chmodSync(log, 0o666);
  const [entry, ...given] = container.entryPoint ?? ["entrypoint"];
  const command = [entry ?? "", ...given, ...(container.command ?? [])];
  const child = spawn("unshare", ["--mount", ...asRoot(), "sh", "-euc", prepare(place, container), "-", ...command], {
    stdio: ["ignore", file, file],
    env: {
      PATH: `/usr/local/lib/task-programs:/usr/sbin:/usr/bin:/sbin:/bin`,
      ...Object.fromEntries(container.environment.map(({ name, value }) => [name, value])),
      ...environment,
    },
  });
  closeSync(file);
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
  return { process: child, ended, output: () => readFileSync(log, "utf8") };
}

/** Mounts as in the task definition, then the user of the definition, without capabilities, as the same process. */
function prepare({ folder }: Place, { user, linuxParameters }: ContainerDefinition): string {
  const [uid, gid] = user.split(":");
  const memory = linuxParameters.tmpfs.map(
    ({ containerPath, size, mountOptions }) =>
      `mount -t tmpfs -o size=${size}m,mode=0755,${mountOptions.join(",")} tmpfs '${containerPath}'`,
  );
  const drop = `exec setpriv --reuid ${uid} --regid ${gid} --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all`;
  return [
    "mount --make-rprivate /",
    `mount --bind '${folder}/html' ${image.root}`,
    // PATH's first folder, on top of one that every system has.
    "mount -t tmpfs tmpfs /usr/local/lib",
    "mkdir /usr/local/lib/task-programs",
    `cp -a '${folder}/programs/.' /usr/local/lib/task-programs`,
    `mount --bind '${folder}/nginx.conf' /etc/nginx/nginx.conf`,
    `mount --bind '${folder}/php-fpm.conf' /etc/php/${PHP}/fpm/php-fpm.conf`,
    `mount --bind '${folder}/php.ini' /etc/php/${PHP}/fpm/php.ini`,
    `mount --bind '${folder}/php.ini' /etc/php/${PHP}/cli/php.ini`,
    ...memory,
    ...["/", image.root, "/usr/local/lib"].map((mounted) => `mount -o remount,bind,ro ${mounted}`),
    `cd ${image.root}`,
    `${isRoot() ? drop : "exec"} "$@"`,
  ].join("\n");
}

const isRoot = () => process.getuid?.() === 0;

/** Without root, a namespace in which this user seems to be it: mounts are the same, the user is not the definition's. */
const asRoot = () => (isRoot() ? [] : ["--user", "--map-root-user"]);
