// One running service: an HTTP server on this machine that answers from a table of addresses.
import { once } from "node:events";
import { createServer } from "node:http";
import { pages } from "./pages.js";
import { readJson } from "./request.js";
import { routes } from "./routes.js";

/** Starts a service with state of its own. Port 0 takes any free one; `now` is the clock, in ms. */
export async function startService({ port = 0, now = Date.now } = {}) {
  const table = { ...pages(), ...routes({ now }) };
  const server = createServer(async (request, response) => {
    const { status, headers, body } = await answer(table, request);
    const json = { "content-type": "application/json; charset=utf-8" };
    response.writeHead(status, headers?.["content-type"] ? headers : { ...json, ...headers });
    response.end(Buffer.isBuffer(body) ? body : JSON.stringify(body ?? {}));
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => close(server) };
}

async function answer(table, request) {
  const path = request.url.split("?")[0];
  const handler = table[`${request.method} ${path}`];
  if (!handler) return { status: 404, body: { error: "Not found." } };
  try {
    const { json, problem } = await readJson(request);
    if (problem) return problem;
    return await handler({ json, headers: request.headers, address: request.socket.remoteAddress });
  } catch (error) {
    console.error(error);
    return { status: 500, body: { error: "Something went wrong." } };
  }
}

function close(server) {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  return closed;
}
