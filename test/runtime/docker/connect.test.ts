// The way to an engine, on real sockets: a small server speaks for the engine. TLS has a file of its own.
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CrewError } from "../../../src/errors.ts";
import type { Endpoint } from "../../../src/runtimes/docker/engine/address.ts";
import { connect } from "../../../src/runtimes/docker/engine/connect.ts";
import { sshArguments } from "../../../src/runtimes/docker/engine/ssh.ts";
import { aSmallEngine, type SmallEngine } from "./small-engine.ts";

let folder: string;
const open: SmallEngine[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "crew-engine-"));
});
afterEach(async () => {
  for (const engine of open.splice(0)) await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

async function anEngine(...listen: Parameters<typeof aSmallEngine>): Promise<SmallEngine> {
  const engine = await aSmallEngine(...listen);
  open.push(engine);
  return engine;
}

const environment = { PATH: "" };
const unix = (socket: string): Endpoint => ({ kind: "unix", socket, from: "DOCKER_HOST" });
const tcp = (port: number, path = ""): Endpoint => ({
  kind: "tcp",
  host: "127.0.0.1",
  port,
  path,
  from: "DOCKER_HOST",
});

async function refusal(endpoint: Endpoint, more: { environment?: Record<string, string>; signal?: AbortSignal } = {}) {
  const error = await connect(endpoint, { environment, ...more }).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof CrewError)) throw new Error("a CrewError was expected", { cause: error });
  return [error.code, error.message.replaceAll(folder, "~"), error.hint];
}

test("an engine answers on its unix socket", async () => {
  const socket = join(folder, "docker.sock");
  const engine = await anEngine({ path: socket });
  const docker = await connect(unix(socket), { environment });
  expect(await docker.version()).toMatchObject({ Version: "99.1.2" });
  expect(engine.asked).toEqual(["GET /_ping", "GET /version"]);
});

test("an engine answers on TCP, below a path where one is named", async () => {
  const engine = await anEngine({ host: "127.0.0.1", port: 0 });
  await connect(tcp(engine.port), { environment });
  const docker = await connect(tcp(engine.port, "/pre/fix"), { environment });
  expect(await docker.version()).toMatchObject({ Version: "99.1.2" });
  expect(engine.asked).toEqual(["GET /_ping", "GET /pre/fix/_ping", "GET /pre/fix/version"]);
});

test("only the endpoint counts, whatever the environment says", async () => {
  const socket = join(folder, "docker.sock");
  const engine = await anEngine({ path: socket });
  const before = process.env.DOCKER_HOST;
  try {
    process.env.DOCKER_HOST = "tcp://127.0.0.1:1";
    await connect(unix(socket), { environment });
    process.env.DOCKER_HOST = `unix://${folder}/gone.sock`;
    const { port } = await anEngine({ host: "127.0.0.1", port: 0 });
    await connect(tcp(port), { environment });
  } finally {
    if (before === undefined) delete process.env.DOCKER_HOST;
    else process.env.DOCKER_HOST = before;
  }
  expect(engine.asked).toEqual(["GET /_ping"]);
});

test("an engine that is not there is told with the way out", async () => {
  const start = "Start Docker, or name another engine by DOCKER_HOST, or put `runtime: process` into the crew file";
  expect(await refusal(unix(join(folder, "none.sock")))).toEqual([
    "needs-you",
    "There is no unix://~/none.sock (DOCKER_HOST): no Docker engine runs there.",
    start,
  ]);
  const left = join(folder, "left.sock");
  await leaveSocket(left);
  expect(await refusal(unix(left))).toEqual([
    "needs-you",
    "No Docker engine answers at unix://~/left.sock (DOCKER_HOST).",
    start,
  ]);
  const { port, close } = await aSmallEngine({ host: "127.0.0.1", port: 0 });
  await close();
  expect(await refusal(tcp(port))).toEqual([
    "needs-you",
    `No Docker engine answers at tcp://127.0.0.1:${port} (DOCKER_HOST).`,
    start,
  ]);
});

test("what answers as no engine does is told", async () => {
  const { port } = await anEngine({ host: "127.0.0.1", port: 0 }, { refusal: { status: 403, message: "no entry" } });
  expect((await refusal(tcp(port)))[1]).toBe(
    `tcp://127.0.0.1:${port} (DOCKER_HOST) does not answer as a Docker engine: (HTTP code 403) unexpected - no entry`,
  );
});

test("an engine that never answers is waited for as long as the signal lets", async () => {
  const silent = createServer(() => stop.abort());
  const stop = new AbortController();
  const socket = join(folder, "silent.sock");
  await new Promise<void>((resolve) => silent.listen(socket, resolve));
  try {
    expect((await refusal(unix(socket), { signal: stop.signal }))[1]).toBe(
      "unix://~/silent.sock (DOCKER_HOST) did not answer.",
    );
  } finally {
    silent.close();
  }
});

/** A socket's file, as a killed engine leaves it. */
async function leaveSocket(path: string): Promise<void> {
  const listen = `require("net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
  const child = spawn(process.execPath, ["-e", listen], { stdio: "ignore" });
  await new Promise((resolve) => child.once("close", resolve));
  expect(existsSync(path)).toBe(true);
}

const ssh: Endpoint = { kind: "ssh", host: "far", user: "me", port: 2222, from: "context work" };

test("the client's own arguments for ssh", () => {
  expect(sshArguments({ kind: "ssh", host: "far" })).toEqual([
    ...["-o", "ConnectTimeout=30", "-T", "--", "far", "docker system dial-stdio"],
  ]);
  expect(sshArguments({ ...ssh, socket: "/it's here.sock" })).toEqual([
    ...["-l", "me", "-p", "2222", "-o", "ConnectTimeout=30", "-T", "--", "far"],
    "docker '--host=unix:///it'\\''s here.sock' system dial-stdio",
  ]);
});

/** A program `ssh` that writes down its arguments and then runs the script. */
function anSsh(script: string): { environment: Record<string, string>; calls: () => readonly string[] } {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const log = join(folder, "calls");
  writeFileSync(join(bin, "ssh"), `#!/bin/sh\necho "$*" >> '${log}'\n${script}\n`);
  chmodSync(join(bin, "ssh"), 0o755);
  const path = [bin, process.env.PATH].join(delimiter);
  return { environment: { PATH: path }, calls: () => readFileSync(log, "utf8").trim().split("\n") };
}

/** What `docker system dial-stdio` does on the other side. */
function dial(socket: string): string {
  const pipe = `const s = require("net").connect(${JSON.stringify(socket)}); process.stdin.pipe(s).pipe(process.stdout);`;
  return `exec '${process.execPath}' -e '${pipe}'`;
}

test("an engine answers through ssh; one connection serves what follows", async () => {
  const socket = join(folder, "docker.sock");
  const engine = await anEngine({ path: socket });
  const { environment, calls } = anSsh(dial(socket));
  const docker = await connect(ssh, { environment });
  expect(await docker.version()).toMatchObject({ Version: "99.1.2" });
  expect(engine.asked).toEqual(["GET /_ping", "GET /version"]);
  expect(calls()).toEqual(["-l me -p 2222 -o ConnectTimeout=30 -T -- far docker system dial-stdio"]);
});

test("large answers and a taken-over connection pass through ssh whole", async () => {
  const socket = join(folder, "docker.sock");
  await anEngine({ path: socket });
  const { environment } = anSsh(dial(socket));
  const docker = await connect(ssh, { environment });
  const logs = await docker.getContainer("large").logs({ follow: true, stdout: true });
  expect((await text(logs as NodeJS.ReadableStream)).length).toBe(8_000_000);
  const attached = await docker.getContainer("echo").attach({ stream: true, stdin: true, stdout: true, hijack: true });
  attached.end("x".repeat(1_000_000));
  // The small engine leaves the request's body, JSON, in front of what follows.
  expect((await text(attached)).replace(/^\{[^}]*\}/, "").length).toBe(1_000_000);
});

test("ssh that gets nowhere says why", async () => {
  const { environment } = anSsh("echo 'me@far: Permission denied (publickey).' >&2; exit 255");
  expect(await refusal(ssh, { environment })).toEqual([
    "needs-you",
    "ssh://me@far:2222 (context work) cannot be reached: me@far: Permission denied (publickey).",
    "See that ssh gets there by itself and finds docker, then type the same command again",
  ]);
  const silent = join(folder, "silent");
  mkdirSync(silent);
  writeFileSync(join(silent, "ssh"), "#!/bin/sh\nexit 7\n", { mode: 0o755 });
  expect((await refusal(ssh, { environment: { PATH: silent } }))[1]).toBe(
    "ssh://me@far:2222 (context work) cannot be reached: ssh ended with 7",
  );
  expect((await refusal(ssh, { environment: { PATH: folder } }))[1]).toBe(
    "ssh://me@far:2222 (context work) cannot be reached: there is no program ssh",
  );
});
