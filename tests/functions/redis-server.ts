import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, makeCertificates } from "../support/local-server";

/** A real Redis on the loopback, TLS only, with a certificate authority of its own. */
export interface RedisServer {
  readonly port: number;
  readonly ca: string;
  readonly caFile: string;
  stop(): Promise<void>;
}

/** @param users ACL lines such as `user app on >password ~* +@all`; the default user is off, as in ElastiCache. */
export async function startRedis(users: readonly string[]): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), "redis-"));
  const file = (name: string) => join(folder, name);
  makeCertificates(file);
  writeFileSync(file("users.acl"), ["user default off", ...users].join("\n") + "\n");

  const port = await freePort();
  const settings = [
    ["--port", "0"],
    ["--tls-port", String(port)],
    ["--bind", "127.0.0.1"],
    ["--tls-cert-file", file("server.crt")],
    ["--tls-key-file", file("server.key")],
    ["--tls-ca-cert-file", file("ca.crt")],
    ["--tls-auth-clients", "no"],
    ["--aclfile", file("users.acl")],
    ["--save", ""],
    ["--dir", folder],
  ];
  const child = spawn("redis-server", settings.flat(), { stdio: ["ignore", "pipe", "pipe"] });
  await ready(child);
  return {
    port,
    caFile: file("ca.crt"),
    ca: readFileSync(file("ca.crt"), "utf8"),
    stop: async () => {
      const exited = new Promise((resolve) => child.once("exit", resolve));
      child.kill();
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = "";
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes("Ready to accept connections")) resolve();
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "ENOENT"
          ? new Error(
              "redis-server is not on PATH. Debian and Ubuntu have it in the package redis-server (.ci/packages).",
            )
          : error,
      ),
    );
    child.once("exit", (code) => reject(new Error(`redis-server ended with ${code}:\n${output}`)));
  });
}
