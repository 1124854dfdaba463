import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";

/** `ca.crt`, and `server.crt` with `server.key` for localhost signed by it; `file` says where. */
export function makeCertificates(file: (name: string) => string, names = "DNS:localhost"): void {
  const openssl = (...args: string[]) => execFileSync("openssl", args, { stdio: "pipe" });
  const key = (name: string) => [
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-keyout",
    file(name),
  ];
  openssl("req", "-x509", ...key("ca.key"), "-days", "1", "-subj", "/CN=test authority", "-out", file("ca.crt"));
  openssl("req", ...key("server.key"), "-subj", "/CN=localhost", "-out", file("server.csr"));
  writeFileSync(file("names"), `subjectAltName=${names}`);
  openssl(
    ...["x509", "-req", "-in", file("server.csr"), "-CA", file("ca.crt"), "-CAkey", file("ca.key")],
    ...["-CAcreateserial", "-days", "1", "-extfile", file("names"), "-out", file("server.crt")],
  );
}

/** A port on the loopback that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
