// Writing needs a session, and a note says whose it is. The older tests of notes sign in from now on.
import { addLines, create, js, replace } from "../edit.mjs";

export const title = "[AUTH/backend] Only people who are signed in write notes";

export function work() {
  create("src/guard.js", guard);
  addLines("src/routes.js", { among: "import ", lines: [`import { requireSession } from "./guard.js";`] });
  replace("src/routes.js", {
    before: `"POST /notes": notes.add,`,
    after: `"POST /notes": requireSession(notes.add, { sessions }),`,
  });
  replace("src/notes.js", { before: "add: ({ json }) =>", after: "add: ({ json, name }) =>" });
  replace("src/notes.js", { before: "{ text, at:", after: "{ text, by: name, at:" });
  replace("README.md", { before: "` writes a note:", after: "` writes a note of who is signed in:" });
  create("support/session.js", session);
  addLines("tests/notes.js", { among: "import ", lines: [`import { sessionOf } from "../support/session.js";`] });
  replace("tests/notes.js", {
    before: "const headers = {};",
    after: `const headers = await sessionOf("Ada", fetch);`,
  });
  create("tests/guard.js", tests);
}

const guard = js`
// Keeps an address for people who are signed in.

/** Wraps a handler: it is told the person's name, and nobody else reaches it. */
export function requireSession(handler, { sessions }) {
  return (request) => {
    const name = sessions.nameOf(request.headers);
    if (!name) return { status: 401, body: { error: "Sign in first." } };
    return handler({ ...request, name });
  };
}
`;

const session = js`
// Signs somebody in, for tests of what comes after.
import { posted } from "./fetch.js";

/** Creates the account and a session; gives the headers that carry it. */
export async function sessionOf(name, fetch) {
  const person = { name, password: "long enough" };
  await fetch("/accounts", posted(person));
  const answer = await fetch("/login", posted(person));
  return { cookie: answer.headers.get("set-cookie")[0].split(";")[0] };
}
`;

const tests = js`
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startService } from "../src/service.js";
import { fetchFrom, posted } from "../support/fetch.js";
import { sessionOf } from "../support/session.js";

const service = await startService();
after(() => service.close());
const fetch = fetchFrom(service.url);

test("nobody writes a note without a session", async () => {
  const forged = { cookie: "session=forged" };
  assert.equal((await fetch("/notes", posted({ text: "Hello" }))).status, 401);
  assert.equal((await fetch("/notes", posted({ text: "Hello" }, forged))).status, 401);
  assert.deepEqual(await (await fetch("/notes")).json(), []);
});

test("a note says who wrote it", async () => {
  const headers = await sessionOf("Ada", fetch);
  assert.equal((await fetch("/notes", posted({ text: "Hello" }, headers))).status, 201);
  const [note] = await (await fetch("/notes")).json();
  assert.equal(note.by, "Ada");
});
`;
