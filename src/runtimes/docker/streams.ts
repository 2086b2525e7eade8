// The engine's multiplexed streams, taken apart (docs.docker.com/engine/api, "Stream format").
import { PassThrough, type Readable } from "node:stream";
import type Dockerode from "dockerode";

/** Ends with what it comes from, however that ends; destroyed, it ends that too. */
export function stdoutOf(engine: Dockerode, raw: NodeJS.ReadableStream): Readable {
  return split(engine, raw).stdout;
}

export function stderrOf(engine: Dockerode, raw: NodeJS.ReadableStream): Readable {
  return split(engine, raw).stderr;
}

/** One that is not read goes nowhere. */
export function split(
  engine: Dockerode,
  raw: NodeJS.ReadableStream,
): { readonly stdout: Readable; readonly stderr: Readable } {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  engine.modem.demuxStream(raw, stdout, stderr);
  for (const event of ["end", "close", "error"]) {
    raw.once(event, () => {
      stdout.end();
      stderr.end();
    });
  }
  for (const each of [stdout, stderr]) each.once("close", () => (raw as Readable).destroy());
  return { stdout, stderr };
}
