import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startService } from "../src/service.js";
import { fetchFrom } from "../support/fetch.js";

const service = await startService();
after(() => service.close());
const fetch = fetchFrom(service.url);

test("the page of notes and its parts are served", async () => {
  const page = await fetch("/");
  assert.equal(page.headers.get("content-type"), "text/html; charset=utf-8");
  assert.match(await page.text(), /<title>Notes<\/title>/);
  assert.equal((await fetch("/notes.js")).status, 200);
  assert.equal((await fetch("/style.css")).status, 200);
});

test("the pages are told how long a note may be", async () => {
  const limits = await (await fetch("/limits")).json();
  assert.equal(limits.noteLength, 200);
});

test("nothing outside public/ is served, and only JSON is read", async () => {
  assert.equal((await fetch("/..%2fpackage.json")).status, 404);
  assert.equal((await fetch("/notes", { method: "POST", body: "text" })).status, 415);
});
