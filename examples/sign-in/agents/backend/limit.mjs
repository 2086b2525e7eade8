// Slows down guessing. The first turn counts wrongly and lets a sixth try through; the role's check
// finds it, crew sends its output back, and the second turn mends the comparison.
import { addLines, create, js, replace } from "../edit.mjs";

export const title = "[AUTH/backend] Five tries a minute, then 429";

const SIXTH_TRY = "the sixth try within a minute is refused";

export function work({ failedTests }) {
  create("src/limit.js", limit);
  addLines("src/routes.js", { among: "import ", lines: [`import { limitTries } from "./limit.js";`] });
  replace("src/routes.js", {
    before: `"POST /login": signIn({ accounts, sessions }),`,
    after: `"POST /login": limitTries(signIn({ accounts, sessions }), { now }),`,
  });
  create("tests/limit.js", tests);
  return failedTests.includes(SIXTH_TRY) ? refuseTheSixth() : undefined;
}

function refuseTheSixth() {
  replace("src/limit.js", { before: "recent.length > TRIES", after: "recent.length >= TRIES" });
  return "Refuse the sixth try, not only the seventh";
}

const limit = js`
// Lets an address try only so often.

const TRIES = 5;
const WINDOW_MS = 60_000;

/** Wraps a handler: more than five tries of an address within a minute are answered with 429. */
export function limitTries(handler, { now }) {
  const triesByAddress = new Map();
  return (request) => {
    const tries = triesByAddress.get(request.address) ?? [];
    const recent = tries.filter((at) => at > now() - WINDOW_MS);
    if (recent.length > TRIES) return tooMany(recent[0] + WINDOW_MS - now());
    triesByAddress.set(request.address, [...recent, now()]);
    return handler(request);
  };
}

function tooMany(waitMs) {
  const headers = { "retry-after": String(Math.ceil(waitMs / 1000)) };
  return { status: 429, headers, body: { error: "Too many tries." } };
}
`;

const tests = js`
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startService } from "../src/service.js";
import { fetchFrom, posted } from "../support/fetch.js";

let time = 0;
const service = await startService({ now: () => time });
after(() => service.close());
const fetch = fetchFrom(service.url);
const tryOnce = () => fetch("/login", posted({ name: "Ada", password: "a guess" }));

test("five tries within a minute are answered", async () => {
  for (let i = 0; i < 5; i += 1) assert.equal((await tryOnce()).status, 401);
});

test("the sixth try within a minute is refused", async () => {
  time += 20_000;
  const answer = await tryOnce();
  assert.equal(answer.status, 429);
  assert.equal(answer.headers.get("retry-after"), "40");
});

test("after the minute, tries are answered again", async () => {
  time += 40_000;
  assert.equal((await tryOnce()).status, 401);
});
`;
