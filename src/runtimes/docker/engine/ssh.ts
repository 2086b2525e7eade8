// Reaches an engine as the docker client does over ssh: the host's own `ssh` runs `docker system dial-stdio` there, which
// joins its stdio to the engine's socket. Source: docker/cli 28, cli/connhelper. Knows nothing of what is said.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { Agent } from "node:http";
import { Duplex } from "node:stream";
import type { Address } from "./address.ts";

type SshAddress = Extract<Address, { kind: "ssh" }>;

/** Every connection is an ssh of its own; one that is idle is used again. */
export function throughSsh(address: SshAddress, environment: Readonly<Record<string, string>>): Agent {
  const agent = new Agent({ keepAlive: true });
  agent.createConnection = () => {
    // A session of its own: a terminal's Ctrl-C is crew's to act on.
    const child = spawn("ssh", sshArguments(address), { env: environment, detached: true, stdio: "pipe" });
    return overStdio(child);
  };
  return agent;
}

export function sshArguments({ user, host, port, socket }: SshAddress): readonly string[] {
  const docker = socket === undefined ? "docker" : `docker ${quoted(`--host=unix://${socket}`)}`;
  return [
    ...(user === undefined ? [] : ["-l", user]),
    ...(port === undefined ? [] : ["-p", String(port)]),
    ...["-o", "ConnectTimeout=30", "-T", "--", host, `${docker} system dial-stdio`],
  ];
}

/** For the shell that sshd gives the command to. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

const maxStderrBytes = 4096;

/** How ssh, or docker on the other side, ended without having let anybody answer. */
export class SshEnded extends Error {
  override readonly name = "SshEnded";
}

/** Ends when the program has ended, so that its exit code tells whether that was an end or an error. */
function overStdio(child: ChildProcessWithoutNullStreams): Duplex {
  let stderr = Buffer.alloc(0);
  child.stderr.on("data", (chunk: Buffer) => {
    stderr = Buffer.concat([stderr, chunk]).subarray(-maxStderrBytes);
  });
  const duplex = new Duplex({
    read: () => child.stdout.resume(),
    write: (chunk, _, done) => {
      if (child.stdin.write(chunk)) done();
      else child.stdin.once("drain", done);
    },
    final: (done) => child.stdin.end(done),
    destroy: (error, done) => {
      child.stdin.destroy();
      child.stdout.destroy();
      child.kill();
      done(error);
    },
  });
  child.stdout.on("data", (chunk: Buffer) => {
    if (!duplex.push(chunk)) child.stdout.pause();
  });
  // A program that has gone takes no input; its end tells why.
  child.stdin.on("error", () => {});
  child.once("error", (cause: NodeJS.ErrnoException) =>
    duplex.destroy(cause.code === "ENOENT" ? new SshEnded("there is no program ssh", { cause }) : cause),
  );
  child.once("close", (code, signal) => {
    if (code === 0) duplex.push(null);
    else duplex.destroy(new SshEnded(stderr.toString().trim() || `ssh ended with ${code ?? signal}`));
  });
  return Object.assign(duplex, asSocket(child));
}

/** What an agent asks of a connection that it keeps for later. */
function asSocket(child: ChildProcessWithoutNullStreams): SocketManners {
  const streams = [child.stdin, child.stdout, child.stderr] as unknown as readonly SocketManners[];
  return {
    ref() {
      child.ref();
      for (const stream of streams) stream.ref();
    },
    unref() {
      child.unref();
      for (const stream of streams) stream.unref();
    },
    setKeepAlive: () => {},
    setNoDelay: () => {},
    setTimeout: () => {},
  };
}

interface SocketManners {
  ref(): void;
  unref(): void;
  setKeepAlive(): void;
  setNoDelay(): void;
  setTimeout(): void;
}
