// The engine's multiplexed streams, taken apart (docs.docker.com/engine/api, "Stream format").
import { PassThrough, type Readable, type Writable } from "node:stream";

/** Ends with what it comes from, however that ends; destroyed, it ends that too. */
export function stderrOf(raw: NodeJS.ReadableStream): Readable {
  const { stdout, stderr } = split(raw);
  stdout.resume();
  return stderr;
}

/** Both have to be read: no more is taken from where they come than they take. */
export function split(raw: NodeJS.ReadableStream): { readonly stdout: Readable; readonly stderr: Readable } {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const end = () => {
    stdout.end();
    stderr.end();
  };
  copyFrames(raw as AsyncIterable<unknown>, { stdout: sayTo(stdout), stderr: sayTo(stderr) }).then(end, end);
  for (const each of [stdout, stderr]) each.once("close", () => (raw as Readable).destroy());
  return { stdout, stderr };
}

/** Takes a chunk; what follows waits until it is taken. `isStart`: the first of a frame. */
export type Say = (chunk: Buffer, isStart?: boolean) => Promise<void>;

/** A log with times: the engine cuts a long line into frames, each with a time of its own, and only the first is the line's. */
export function timedLinesOf(raw: NodeJS.ReadableStream, { stderr }: { readonly stderr: boolean }): Readable {
  const lines = new PassThrough();
  const end = () => void lines.end();
  const said = withoutRepeatedTimes(sayTo(lines));
  const says = { stdout: said, stderr: stderr ? withoutRepeatedTimes(sayTo(lines)) : async () => undefined };
  copyFrames(raw as AsyncIterable<unknown>, says).then(end, end);
  lines.once("close", () => (raw as Readable).destroy());
  return lines;
}

function withoutRepeatedTimes(say: Say): Say {
  let isLineOpen = false;
  let time: Buffer | undefined;
  return async (chunk, isStart) => {
    if (isStart && isLineOpen) time = Buffer.alloc(0);
    let rest = chunk;
    if (time) {
      time = Buffer.concat([time, chunk]);
      const space = time.indexOf(" ");
      if (space < 0) return;
      rest = time.subarray(space + 1);
      time = undefined;
    }
    if (rest.length === 0) return;
    isLineOpen = rest.at(-1) !== 10;
    await say(rest, isStart);
  };
}

/** Until its end, no faster than it is taken: what is sent in one go may be more than memory holds. */
export async function copyFrames(
  raw: AsyncIterable<unknown>,
  { stdout, stderr }: { readonly stdout: Say; readonly stderr: Say },
): Promise<void> {
  let head: Buffer = Buffer.alloc(0);
  let left = 0;
  let isStart = true;
  let say = stdout;
  for await (const chunk of raw) {
    let rest = chunk as Buffer;
    while (rest.length > 0) {
      if (left === 0) {
        const missing = frameHeadBytes - head.length;
        head = Buffer.concat([head, rest.subarray(0, missing)]);
        rest = rest.subarray(missing);
        if (head.length < frameHeadBytes) break;
        say = head.readUInt8(0) === 2 ? stderr : stdout;
        left = head.readUInt32BE(4);
        isStart = true;
        head = Buffer.alloc(0);
        continue;
      }
      const part = rest.subarray(0, left);
      await say(part, isStart);
      isStart = false;
      left -= part.length;
      rest = rest.subarray(part.length);
    }
  }
}

/** Stream (1 stdout, 2 stderr), three bytes of nothing, length. */
const frameHeadBytes = 8;

/** Whoever does not take any more takes all, into nothing. */
export function sayTo(stream: Writable): Say {
  return async (chunk) => {
    if (stream.write(chunk)) return;
    await new Promise<void>((resolve) => {
      const events = ["drain", "close", "error"] as const;
      const done = () => {
        for (const event of events) stream.off(event, done);
        resolve();
      };
      for (const event of events) stream.on(event, done);
    });
  };
}
