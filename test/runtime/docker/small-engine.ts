// A small server that speaks as much of the engine's API as reaching one asks for, on a real socket.
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { ListenOptions } from "node:net";

export interface SmallEngine {
  readonly port: number;
  /** `GET /_ping`, in the order in which they came. */
  readonly asked: readonly string[];
  readonly close: () => Promise<void>;
}

export interface Manners {
  readonly tls?: ServerOptions;
  /** What it answers to everything. */
  readonly refusal?: { readonly status: number; readonly message: string };
  /** Names of the parts that it says it has. */
  readonly parts?: readonly string[];
}

export async function aSmallEngine(
  listen: ListenOptions,
  { tls, refusal, parts = ["Engine"] }: Manners = {},
): Promise<SmallEngine> {
  const version = { Version: "99.1.2", ApiVersion: "1.99", Components: parts.map((Name) => ({ Name })) };
  const asked: string[] = [];
  const server: Server = tls ? createTlsServer(tls) : createServer();
  server.on("request", ({ method, url = "" }, response) => {
    asked.push(`${method} ${url}`);
    if (refusal) response.writeHead(refusal.status).end(JSON.stringify({ message: refusal.message }));
    else if (url.endsWith("/_ping")) response.end("OK");
    else if (url.endsWith("/version")) response.end(JSON.stringify(version));
    else if (url.startsWith("/containers/large/logs")) response.end("x".repeat(8_000_000));
    else response.writeHead(404).end(JSON.stringify({ message: "page not found" }));
  });
  // As for `attach`: what comes in goes out again, until that side has ended.
  server.on("upgrade", (_, socket, head) => {
    socket.write("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
    socket.write(head);
    socket.pipe(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(listen, () => resolve());
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
