import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startService } from "../src/service.js";
import { fetchFrom, posted } from "../support/fetch.js";

const service = await startService({ now: () => 0 });
after(() => service.close());
const fetch = fetchFrom(service.url);
const headers = {};
const write = (text) => fetch("/notes", posted({ text }, headers));

test("a note that was written is listed first", async () => {
  assert.equal((await write("Buy milk")).status, 201);
  assert.equal((await write(" Call Ada ")).status, 201);
  const notes = await (await fetch("/notes")).json();
  assert.deepEqual(
    notes.map((note) => note.text),
    ["Call Ada", "Buy milk"],
  );
  assert.equal(notes[0].at, "1970-01-01T00:00:00.000Z");
});

test("an empty note and one that is too long are refused", async () => {
  assert.equal((await write(" ")).status, 400);
  assert.equal((await write("x".repeat(201))).status, 400);
});
