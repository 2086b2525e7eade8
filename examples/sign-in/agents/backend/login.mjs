// Signing in opens a session, known by a cookie; signing out closes it.
import { addLines, create, js } from "../edit.mjs";

export const title = "[AUTH/backend] Sign in and out with a session cookie";

export function work() {
  create("src/sessions.js", sessions);
  create("src/sign-in.js", signIn);
  addLines("src/routes.js", {
    among: "import ",
    lines: [
      `import { sessionBook } from "./sessions.js";`,
      `import { signIn, signOut, whoIsHere } from "./sign-in.js";`,
    ],
  });
  addLines("src/routes.js", { among: "  const ", lines: ["  const sessions = sessionBook({ now });"] });
  addLines("src/routes.js", {
    among: `    "`,
    lines: [
      `    "GET /me": whoIsHere({ sessions }),`,
      `    "POST /login": signIn({ accounts, sessions }),`,
      `    "POST /logout": signOut({ sessions }),`,
    ],
  });
  addLines("README.md", {
    among: "- `",
    lines: [
      "- `GET /me` tells who is signed in",
      "- `POST /login` signs in, with a cookie: `{ name, password }`",
      "- `POST /logout` signs out",
    ],
  });
  create("tests/login.js", tests);
}

const sessions = js`
// Who is signed in: sessions kept in memory, each known by a random token in a cookie.
import { randomBytes } from "node:crypto";

const LIFE_SECONDS = 12 * 60 * 60;

/** A book without sessions; now is the clock, in ms. */
export function sessionBook({ now }) {
  const sessions = new Map();
  return {
    /** Opens a session; gives the cookie to set. */
    open: (name) => {
      const token = randomBytes(24).toString("base64url");
      sessions.set(token, { name, endsAt: now() + LIFE_SECONDS * 1000 });
      return cookie(token, LIFE_SECONDS);
    },

    /** The name of who sent these headers; undefined if nobody is signed in. */
    nameOf: (headers) => {
      const session = sessions.get(tokenIn(headers));
      return session && session.endsAt > now() ? session.name : undefined;
    },

    /** Closes the session; gives the cookie that clears the browser's. */
    close: (headers) => {
      sessions.delete(tokenIn(headers));
      return cookie("", 0);
    },
  };
}

function cookie(token, seconds) {
  return "session=" + token + "; Path=/; HttpOnly; SameSite=Lax; Max-Age=" + seconds;
}

function tokenIn({ cookie = "" }) {
  return cookie.match(/(?:^|; )session=([^;]+)/)?.[1];
}
`;

const signIn = js`
// The addresses of signing in and out.
import { credentials } from "./accounts.js";

export function signIn({ accounts, sessions }) {
  return async ({ json }) => {
    const person = credentials(json);
    if (!(await accounts.matches(person))) {
      return { status: 401, body: { error: "Name or password is wrong." } };
    }
    const headers = { "set-cookie": sessions.open(person.name) };
    return { status: 200, headers, body: { name: person.name } };
  };
}

export function signOut({ sessions }) {
  return ({ headers }) => ({ status: 200, headers: { "set-cookie": sessions.close(headers) } });
}

export function whoIsHere({ sessions }) {
  return ({ headers }) => {
    const name = sessions.nameOf(headers);
    return name ? { status: 200, body: { name } } : { status: 401, body: { error: "Sign in first." } };
  };
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
const ada = { name: "Ada", password: "long enough" };

async function sessionOf(person) {
  const answer = await fetch("/login", posted(person));
  assert.equal(answer.status, 200);
  const [setCookie] = answer.headers.get("set-cookie");
  assert.match(setCookie, /; HttpOnly; SameSite=Lax;/);
  return { cookie: setCookie.split(";")[0] };
}

test("a wrong password and an unknown name are refused alike", async () => {
  await fetch("/accounts", posted(ada));
  const wrong = await fetch("/login", posted({ ...ada, password: "long enougH" }));
  const unknown = await fetch("/login", posted({ ...ada, name: "Bob" }));
  assert.deepEqual([wrong.status, unknown.status], [401, 401]);
  assert.equal(await wrong.text(), await unknown.text());
});

test("a session lasts from signing in to signing out", async () => {
  assert.equal((await fetch("/me")).status, 401);
  const headers = await sessionOf(ada);
  assert.deepEqual(await (await fetch("/me", { headers })).json(), { name: "Ada" });
  await fetch("/logout", posted({}, headers));
  assert.equal((await fetch("/me", { headers })).status, 401);
});

test("a session ends by itself after twelve hours", async () => {
  const headers = await sessionOf(ada);
  time += 12 * 60 * 60 * 1000 - 1;
  assert.equal((await fetch("/me", { headers })).status, 200);
  time += 1;
  assert.equal((await fetch("/me", { headers })).status, 401);
});
`;
