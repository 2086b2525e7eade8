// devcontainer: what a role takes from it, what the role's own keys win over, and what of it crew cannot do.
import { expect, test } from "vitest";
import { formatProblems } from "../../src/config/load.ts";
import { crewOf, load, problemsIn, unsupportedIn } from "./support.ts";

const text = `epic: A
defaults: {agent: {command: ./agent}, devcontainer: .devcontainer}
roles:
  a: {}
  b: {setup: make, user: dev, environment: {LEVEL: mine}}
  c: {image: "node:24"}
gates: {g: ./g}
`;
const path = "/work/shop/.devcontainer/devcontainer.json";

function disk(devcontainer: string, more: readonly string[] = []) {
  return {
    env: { TOKEN: "t" },
    readText: (name: string) => (name === path ? devcontainer : undefined),
    kindAt: (name: string) => (more.includes(name) ? ("file" as const) : ("absent" as const)),
  };
}

/** What each is made of. */
function madeOf(source: ReturnType<typeof disk>) {
  const { roles, gates, builds = {} } = crewOf(text, source);
  return Object.fromEntries(
    [...roles, ...gates].map(({ name, container, environment, setup }) => [
      name,
      { image: builds[container?.image ?? ""] ?? container?.image, user: container?.user, environment, setup },
    ]),
  );
}

/** What is wrong with it, as people read it; `none` where nothing is. */
function complaints(devcontainer: string): string {
  const { missing } = load(text, disk(devcontainer));
  return missing.length === 0 ? "none" : formatProblems(missing, { text });
}

test("image, user, variables and setup; the role's own keys win", () => {
  const source = disk(`{
  // with comments
  "name": "\${localWorkspaceFolderBasename}",
  "image": "mcr.example.org/base:1",
  "remoteUser": "node",
  "containerEnv": {"LEVEL": "debug", "HERE": "\${containerWorkspaceFolder}/bin"},
  "remoteEnv": {"TOKEN": "\${localEnv:TOKEN}", "OTHER": "\${localEnv:NONE:else}", "ALSO": "\${containerEnv:LEVEL}", "GONE": null},
  "onCreateCommand": "npm ci",
  "updateContentCommand": ["npm", "run", "make it"],
  "postCreateCommand": {"one": "echo 1 # first", "two": ["echo", "\${localWorkspaceFolderBasename}"]},
  "customizations": {"vscode": {"extensions": ["a.b"]}},
  "features": {},
}`);
  const environment = { LEVEL: "debug", HERE: "/crew/work/bin", TOKEN: "t", OTHER: "else", ALSO: "debug" };
  const setup = "{ npm ci\n} && { npm run 'make it'\n} && { echo 1 # first\n} && { echo 'shop'\n}";
  const all = { image: "mcr.example.org/base:1", user: "node", environment, setup };
  expect(madeOf(source)).toEqual({
    a: all,
    b: { ...all, user: "dev", environment: { ...environment, LEVEL: "mine" }, setup: "make" },
    c: { image: "node:24", user: undefined, environment: {}, setup: undefined },
    g: all,
  });
  expect([unsupportedIn(text, source), load(text, source).missing]).toEqual(["none", []]);
});

test("a Dockerfile and its context are meant from the devcontainer's folder", () => {
  const json = `{"build": {"dockerfile": "Dockerfile", "context": "..", "args": {"A": "\${localEnv:TOKEN}"}, "target": "dev"}}`;
  const source = disk(json, ["/work/shop/.devcontainer/Dockerfile"]);
  expect(madeOf(source).a?.image).toEqual({
    context: "/work/shop",
    dockerfile: { path: "/work/shop/.devcontainer/Dockerfile" },
    args: { A: "t" },
    target: "dev",
  });
  expect(load(text, source).missing).toEqual([]);
});

test.each<readonly [string, string]>([
  [
    "a key that crew cannot do",
    `{"image": "a",\n "features": {"x": {}}, "mounts": ["a"], "runArgs": ["--gpus", "all"]}`,
  ],
  ["compose", `{"dockerComposeFile": "compose.yaml", "service": "app"}`],
  ["a command that would run on the host", `{"image": "a", "initializeCommand": "make"}`],
  ["a key that nobody knows", `{"image": "a", "postCreateComand": "make"}`],
  ["a variable that cannot be had", `{"image": "a", "remoteEnv": {"PATH": "\${containerEnv:PATH}:/x"}}`],
  ["root", `{"image": "a", "remoteUser": "root"}`],
  ["no image", `{"name": "a"}`],
  ["no Dockerfile", `{"build": {"dockerfile": "Dockerfil"}}`],
  ["no JSON", `{"image": }`],
  ["no map", `[]`],
])("is refused at the crew file's line and the devcontainer's place: %s", (_what, json) => {
  expect(complaints(json)).toMatchSnapshot();
});

test("one that is not there, and one on the process runtime", () => {
  const { missing } = load(text);
  expect(missing.map(({ line, message }) => `${line}: ${message}`)).toEqual([
    "2: .devcontainer/devcontainer.json cannot be read",
  ]);
  expect(problemsIn(`${text}runtime: process\n`)).toContain(
    "devcontainer describes a container, and runtime is process",
  );
});
