// TLS as the docker client has it: certificates that openssl makes, read by way of DOCKER_CERT_PATH, on a real socket.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect } from "../../../src/runtimes/docker/engine/connect.ts";
import { findEndpoint } from "../../../src/runtimes/docker/engine/endpoint.ts";
import { surroundings } from "../../../src/runtimes/docker/engine/surroundings.ts";
import { aSmallEngine, type SmallEngine } from "./small-engine.ts";

let folder: string;
let engine: SmallEngine;
const openssl = (...args: readonly string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "crew-tls-"));
  authority("ca");
  authority("other-ca");
  certificate("server", "subjectAltName=IP:127.0.0.1");
  certificate("client", "extendedKeyUsage=clientAuth");
  const read = (name: string) => readFileSync(join(folder, name));
  const tls = { cert: read("server.pem"), key: read("server-key.pem"), ca: read("ca.pem"), requestCert: true };
  engine = await aSmallEngine({ host: "127.0.0.1", port: 0 }, { tls: { ...tls, rejectUnauthorized: true } });
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

function authority(name: string): void {
  openssl("req", "-x509", ...key, "-keyout", `${name}-key.pem`, "-out", `${name}.pem`, "-subj", `/CN=${name}`);
}

function certificate(name: string, extension: string): void {
  const request = ["-keyout", `${name}-key.pem`, "-out", `${name}.csr`, "-subj", `/CN=${name}`];
  openssl("req", ...key, ...request, "-addext", extension);
  const signed = ["-CA", "ca.pem", "-CAkey", "ca-key.pem", "-CAcreateserial", "-copy_extensions", "copyall"];
  openssl("x509", "-req", "-in", `${name}.csr`, ...signed, "-out", `${name}.pem`);
}

/** A folder as DOCKER_CERT_PATH names it: what is put there, under the names that the client looks for. */
function certificates(name: string, files: Readonly<Record<string, string>>): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const [as, file] of Object.entries(files)) copyFileSync(join(folder, `${file}.pem`), join(path, `${as}.pem`));
  return path;
}

async function version(environment: Readonly<Record<string, string>>): Promise<unknown> {
  const all = { DOCKER_HOST: `tcp://127.0.0.1:${engine.port}`, ...environment };
  const docker = await connect(findEndpoint(surroundings(all, folder)), { environment: all });
  return (await docker.version()).Version;
}

const client = { cert: "client", key: "client-key" };
const at = () => `tcp://127.0.0.1:${engine.port} (DOCKER_HOST)`;

test("both sides show who they are", async () => {
  const path = certificates("right", { ca: "ca", ...client });
  expect(await version({ DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: path })).toBe("99.1.2");
});

test("an engine that another authority vouches for is refused, unless nothing is verified", async () => {
  const path = certificates("other", { ca: "other-ca", ...client });
  await expect(version({ DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: path })).rejects.toMatchObject({
    message: expect.stringContaining(`TLS with ${at()} fails: `),
    hint: "Look at the certificates that DOCKER_CERT_PATH or the docker context names, and at the engine's",
  });
  expect(await version({ DOCKER_TLS: "1", DOCKER_CERT_PATH: path })).toBe("99.1.2");
});

test("an engine that wants a certificate gets none", async () => {
  const path = certificates("nobody", { ca: "ca" });
  await expect(version({ DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: path })).rejects.toMatchObject({
    message: expect.stringContaining(at()),
    code: "needs-you",
  });
});

test("TLS meets none, and none meets TLS", async () => {
  await expect(version({})).rejects.toMatchObject({ message: expect.stringContaining(at()), code: "needs-you" });
  const plain = await aSmallEngine({ host: "127.0.0.1", port: 0 });
  try {
    const path = certificates("plain", { ca: "ca", ...client });
    const host = `tcp://127.0.0.1:${plain.port}`;
    await expect(version({ DOCKER_HOST: host, DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: path })).rejects.toMatchObject({
      message: expect.stringMatching(
        /^TLS with .* \(DOCKER_HOST\) fails: (wrong version number|packet length too long)$/,
      ),
    });
  } finally {
    await plain.close();
  }
});
