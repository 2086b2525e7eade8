// A socket before the engine's that counts what is asked of it. Passes bytes on and changes none.
import { rmSync } from "node:fs";
import { createConnection, createServer } from "node:net";

export interface Counter {
  /** For DOCKER_HOST. */
  readonly host: string;
  /** Calls since the last time it was asked. */
  calls(): number;
  close(): Promise<void>;
}

/** A request begins a chunk of its own: nobody sends the next before the last is answered. */
const request = /^(GET|HEAD|POST|PUT|DELETE) \/\S* HTTP\/1\.1\r\n/;

export async function countCalls(engineSocket: string, socket: string): Promise<Counter> {
  let count = 0;
  const server = createServer((client) => {
    const engine = createConnection(engineSocket);
    client.on("data", (chunk) => {
      if (request.test(chunk.toString("latin1", 0, 4096))) count += 1;
    });
    for (const [from, to] of [
      [client, engine],
      [engine, client],
    ] as const) {
      from.pipe(to);
      from.on("error", () => to.destroy());
    }
  });
  rmSync(socket, { force: true });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    host: `unix://${socket}`,
    calls: () => {
      const seen = count;
      count = 0;
      return seen;
    },
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}
