// Every page gets a header with the name of who is here.
import { addLines, addToList, create, js, replace } from "../edit.mjs";

export const title = "[AUTH/frontend] A header that says who is here";

export function work() {
  addToList("src/config.js", { list: "export const limits", entry: "nameLength: 20" });
  create("public/header.js", header);
  addLines("public/index.html", {
    among: "    <script ",
    lines: [`    <script type="module" src="/header.js"></script>`],
  });
  replace("public/index.html", { before: "  <body>\n", after: "  <body>\n    <header></header>\n" });
  create("tests/header.js", tests);
}

const header = js`
// The header of every page: who is here, and what they can do about it.

if (globalThis.document) fill(document.querySelector("header"));

/** What the header shows, from left to right, each as the properties of its element. */
export function headerItems({ name, limits }) {
  const items = [{ textContent: shortened(name ?? "Guest", limits.nameLength) }];
  return items;
}

function shortened(name, length) {
  return name.length > length ? name.slice(0, length - 1).concat("…") : name;
}

async function fill(header) {
  const limits = await (await fetch("/limits")).json();
  const me = await fetch("/me");
  const name = me.ok ? (await me.json()).name : undefined;
  header.replaceChildren(...headerItems({ name, limits }).map(element));
}

function element(item) {
  return Object.assign(document.createElement(item.href ? "a" : "span"), item);
}
`;

const tests = js`
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { headerItems } from "../public/header.js";
import { startService } from "../src/service.js";
import { fetchFrom } from "../support/fetch.js";

const service = await startService();
after(() => service.close());
const fetch = fetchFrom(service.url);

test("the page of notes has a header", async () => {
  const page = await (await fetch("/")).text();
  assert.match(page, /<script type="module" src="\/header.js">/);
  assert.match(page, /<body>\s*<header>/);
  assert.equal((await fetch("/header.js")).status, 200);
});

test("the header names who is here, at most as long as the service says", async () => {
  const limits = await (await fetch("/limits")).json();
  const shown = (name) => headerItems({ name, limits })[0].textContent;
  assert.equal(shown(undefined), "Guest");
  assert.equal(shown("x".repeat(20)), "x".repeat(20));
  assert.equal(shown("x".repeat(21)), "x".repeat(19).concat("…"));
});
`;
