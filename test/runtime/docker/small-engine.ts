// A small server that speaks as much of the engine's API as connecting asks for, on a real socket.
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { ListenOptions } from "node:net";

export interface SmallEngine {
  readonly port: number;
  /** `GET /_ping`, in the order in which they came. */
  readonly asked: readonly string[];
  readonly close: () => Promise<void>;
}

export async function aSmallEngine(listen: ListenOptions, tls?: ServerOptions): Promise<SmallEngine> {
  const asked: string[] = [];
  const server: Server = tls ? createTlsServer(tls) : createServer();
  server.on("request", ({ method, url }, response) => {
    asked.push(`${method} ${url}`);
    if (url?.endsWith("/_ping")) response.end("OK");
    else if (url?.endsWith("/version")) response.end(JSON.stringify({ Version: "99.1.2", ApiVersion: "1.99" }));
    else response.writeHead(404).end(JSON.stringify({ message: "page not found" }));
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
