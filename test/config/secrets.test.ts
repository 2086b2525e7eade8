// secrets: who is given which, as which file, and a source that is not there.
import { expect, test } from "vitest";
import { formatProblems } from "../../src/config/load.ts";
import { crewOf, load, problemsIn, unsupportedIn } from "./support.ts";

const text = `epic: A
defaults: {agent: {command: ./agent}, image: "node:24"}
roles:
  dev: {secrets: [NPM_TOKEN, {source: DEPLOY, target: key.pem}], setup: {run: npm ci, secrets: [NPM_TOKEN, db-password]}}
  ops: {secrets: []}
gates: {test: {run: npm test, setup: {run: npm ci, secrets: [NPM_TOKEN]}, secrets: [DEPLOY]}}
secrets:
  NPM_TOKEN: {environment: NPM_READ_TOKEN}
  DEPLOY: {file: ./deploy.pem}
  db-password: {file: /etc/db}
  unused: {environment: NOBODY}
`;
const files: Readonly<Record<string, string>> = { "/work/shop/deploy.pem": "pem\n", "/etc/db": "db" };
const given = { env: { NPM_READ_TOKEN: "t0ken" }, readText: (path: string) => files[path] };

test("a role's are its agent's and its setup's, a gate's all its setup's", () => {
  const { roles, gates } = crewOf(text, given);
  const shown = [...roles, ...gates].map(({ name, secrets = [] }) => [
    name,
    secrets.map(({ name, file, readers, value }) => `${name} ${file} ${readers} ${JSON.stringify(value?.())}`),
  ]);
  expect(Object.fromEntries(shown)).toEqual({
    dev: [
      'NPM_TOKEN /run/secrets/NPM_TOKEN agent,setup "t0ken"',
      'db-password /run/secrets/db-password setup "db"',
      'DEPLOY /run/secrets/key.pem agent "pem\\n"',
    ],
    ops: [],
    test: ['DEPLOY /run/secrets/DEPLOY setup "pem\\n"', 'NPM_TOKEN /run/secrets/NPM_TOKEN setup "t0ken"'],
  });
  expect(unsupportedIn(text, given)).toBe("none");
});

test("nothing that is made of the crew as text holds a value", () => {
  const { crew, canonical } = load(text, given);
  expect(`${JSON.stringify(crew)}${JSON.stringify(canonical)}`).not.toMatch(/t0ken|pem\\n|"db"/);
});

test("a source that is not there is named with its place, unless nobody needs it", () => {
  const { missing, problems } = load(text, { env: {} });
  expect(problems).toEqual([]);
  expect(formatProblems(missing, { text })).toMatchInlineSnapshot(`
    "crew.yaml:8:28  NPM_READ_TOKEN is not set: secret NPM_TOKEN has no value
      8 |   NPM_TOKEN: {environment: NPM_READ_TOKEN}
        |                            ^^^^^^^^^^^^^^

    crew.yaml:9:18  ./deploy.pem cannot be read: secret DEPLOY has no value
      9 |   DEPLOY: {file: ./deploy.pem}
        |                  ^^^^^^^^^^^^

    crew.yaml:10:23  /etc/db cannot be read: secret db-password has no value
      10 |   db-password: {file: /etc/db}
         |                       ^^^^^^^"
  `);
});

test("a file for each, under /run/secrets", () => {
  const roles = (secrets: string) =>
    `epic: a\nroles: {a: {secrets: ${secrets}}}\nsecrets: {A: {file: a}, B: {file: b}}\n`;
  expect(problemsIn(roles("[A, {source: B, target: b}]"))).toBe("none");
  expect(problemsIn(roles("[A, {source: B, target: A}]"))).toMatchInlineSnapshot(`
    "crew.yaml:2:46  two secrets would be the file /run/secrets/A
      2 | roles: {a: {secrets: [A, {source: B, target: A}]}}
        |                                              ^"
  `);
  expect(problemsIn(roles("[{source: B, target: ../etc}]"))).toMatchInlineSnapshot(`
    "crew.yaml:2:43  target must be the name of a file under /run/secrets, not "../etc"
      2 | roles: {a: {secrets: [{source: B, target: ../etc}]}}
        |                                           ^^^^^^"
  `);
});

test("without a container there is nowhere to put them", () => {
  const process = `epic: a
runtime: process
roles: {a: {agent: {command: x}, setup: {run: x, secrets: [A]}}}
gates: {test: {run: x, secrets: [A]}}
secrets: {A: {file: a}}
`;
  expect(unsupportedIn(process)).toMatchInlineSnapshot(`
    "crew.yaml:3:50  secrets (setup of role a) need a container, and runtime is process: put the variables into environment
      3 | roles: {a: {agent: {command: x}, setup: {run: x, secrets: [A]}}}
        |                                                  ^^^^^^^

    crew.yaml:4:24  secrets (gate test) need a container, and runtime is process: put the variables into environment
      4 | gates: {test: {run: x, secrets: [A]}}
        |                        ^^^^^^^"
  `);
});
