// What end-to-end tests need instead of a browser: a client that keeps cookies.
import { create, js } from "../edit.mjs";

export const title = "[AUTH/tests] A client that keeps cookies like a browser";

export function work() {
  create("support/browser.js", browser);
  create("tests/browser.js", tests);
}

const browser = js`
// A browser as far as tests need one: it keeps cookies and loads pages with their scripts.
import { fetchFrom } from "./fetch.js";

/** A browser without cookies, at one service. */
export function openBrowser(url) {
  const cookies = new Map();
  const plainFetch = fetchFrom(url);

  async function fetch(path, options) {
    const cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
    const headers = cookie ? { ...options?.headers, cookie } : options?.headers;
    const answer = await plainFetch(path, { ...options, headers });
    for (const line of answer.headers.get("set-cookie") ?? []) keep(line);
    return answer;
  }

  function keep(line) {
    const [pair, ...attributes] = line.split("; ");
    const [name, value] = pair.split("=");
    if (attributes.includes("Max-Age=0")) cookies.delete(name);
    else cookies.set(name, value);
  }

  return { fetch, open: (path) => openPage(path, fetch) };
}

/** Loads a page and all of its scripts; gives the page's text. */
async function openPage(path, fetch) {
  const page = await loaded(path, fetch);
  for (const [, script] of page.matchAll(/<script .*src="(.+?)"/g)) await loaded(script, fetch);
  return page;
}

async function loaded(path, fetch) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(path + ": " + answer.status);
  return answer.text();
}
`;

const tests = js`
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { openBrowser } from "../support/browser.js";

const answers = {
  "/set": { headers: { "set-cookie": ["a=1; Path=/", "b=2; Path=/"] } },
  "/clear": { headers: { "set-cookie": ["a=; Path=/; Max-Age=0"] } },
  "/page": { body: '<script type="module" src="/missing.js"></script>' },
};

const server = createServer((request, response) => {
  const { headers, body } = answers[request.url] ?? {};
  response.writeHead(request.url === "/missing.js" ? 404 : 200, headers);
  response.end(body ?? request.headers.cookie);
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
after(() => {
  server.close();
  server.closeAllConnections();
});
const url = "http://127.0.0.1:" + server.address().port;

test("cookies are kept until they are cleared", async () => {
  const browser = openBrowser(url);
  await browser.fetch("/set");
  assert.equal(await (await browser.fetch("/echo")).text(), "a=1; b=2");
  await browser.fetch("/clear");
  assert.equal(await (await browser.fetch("/echo")).text(), "b=2");
});

test("two browsers share no cookie", async () => {
  await openBrowser(url).fetch("/set");
  assert.equal(await (await openBrowser(url).fetch("/echo")).text(), "");
});

test("a page whose script is missing does not open", async () => {
  await assert.rejects(openBrowser(url).open("/page"), { message: "/missing.js: 404" });
});
`;
