// build: where an image comes from a Dockerfile, for roles, gates and defaults.
import { expect, test } from "vitest";
import { formatProblems } from "../../src/config/load.ts";
import { canonicalOf, crewOf, load, problemsIn, unsupportedIn } from "./support.ts";

const places: Readonly<Record<string, "file" | "folder">> = {
  "/work/shop": "folder",
  "/work/shop/Dockerfile": "file",
  "/work/shop/docker": "folder",
  "/work/shop/docker/Dockerfile": "file",
  "/work/shop/docker/dev.Dockerfile": "file",
};
const disk = {
  kindAt: (path: string) => places[path] ?? ("absent" as const),
  namesIn: (folder: string) =>
    Object.keys(places).flatMap((path) => (path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1)] : [])),
};
const fileWith = (more: string) => `epic: A\ndefaults: {agent: {command: ./agent}}\n${more}\n`;
const builtFor = (text: string, env = {}) => {
  const { roles, gates, builds = {} } = crewOf(text, { env, ...disk });
  const of = ({ name, container }: (typeof roles)[number] | (typeof gates)[number]) => [
    name,
    builds[container?.image ?? ""] ?? container?.image,
  ];
  return Object.fromEntries([...roles, ...gates].map(of));
};

const whole = { context: "/work/shop", dockerfile: { path: "/work/shop/Dockerfile" } };

test("short and long form are one build; a Dockerfile lies in its context", () => {
  const text = fileWith(`roles:
  a: {build: .}
  b: {build: {}}
  c: {build: {context: docker, dockerfile: dev.Dockerfile}}
  d: {build: {context: docker, dockerfile: /work/shop/Dockerfile}}
  e: {build: {dockerfile_inline: "FROM node:24"}}
`);
  expect(builtFor(text)).toEqual({
    a: whole,
    b: whole,
    c: { context: "/work/shop/docker", dockerfile: { path: "/work/shop/docker/dev.Dockerfile" } },
    d: { context: "/work/shop/docker", dockerfile: { path: "/work/shop/Dockerfile" } },
    e: { context: "/work/shop", dockerfile: { text: "FROM node:24" } },
  });
  expect(unsupportedIn(text, disk)).toBe("none");
  expect(load(text, disk).missing).toEqual([]);
});

test("all keys that the engine's own builder can do", () => {
  const text = fileWith(`roles:
  a:
    image: shop/agents:dev
    build:
      context: .
      args: [A=1, FROM_ENV, NOT_SET]
      target: dev
      labels: {a: b}
      extra_hosts: ["x=127.0.0.1"]
      network: none
      shm_size: 64m
      platforms: [linux/amd64]
      tags: [shop/agents:more]
      cache_from: [shop/agents:old, "type=registry,ref=shop/cache"]
      no_cache: true
      pull: true
      x-note: mine
`);
  expect(builtFor(text, { FROM_ENV: "2" })).toEqual({
    a: {
      ...whole,
      args: { A: "1", FROM_ENV: "2" },
      target: "dev",
      labels: { a: "b" },
      extraHosts: ["x:127.0.0.1"],
      network: "none",
      shmSizeBytes: 64 * 1024 ** 2,
      platform: "linux/amd64",
      tags: ["shop/agents:dev", "shop/agents:more"],
      cacheFrom: ["shop/agents:old", "shop/cache"],
      noCache: true,
      pull: true,
    },
  });
  expect(unsupportedIn(text, disk)).toBe("none");
});

test("defaults hold for roles and gates that say nothing of their image; whoever does means that alone", () => {
  const text = `epic: A
defaults: {agent: {command: ./agent}, build: {context: ., args: {A: "1"}}}
roles:
  a: {}
  b: {image: "node:24"}
  c: {build: {target: dev}}
gates: {g: ./g, h: {run: ./h, image: "node:24"}, i: {run: ./i, build: docker}}
`;
  const all = { ...whole, args: { A: "1" } };
  expect(builtFor(text)).toEqual({
    a: all,
    b: "node:24",
    c: { ...all, target: "dev" },
    g: all,
    h: "node:24",
    i: { context: "/work/shop/docker", dockerfile: { path: "/work/shop/docker/Dockerfile" } },
  });
  expect(canonicalOf(text).roles.c?.build).toEqual({ context: ".", args: { A: "1" }, target: "dev" });
  expect(unsupportedIn(text, disk)).toBe("none");
});

test("what only BuildKit can do, and what has no sense, is refused at its line", () => {
  const text = fileWith(`roles:
  a:
    build:
      context: https://example.org/shop.git
      secrets: [TOKEN]
      ssh: [default]
      additional_contexts: {more: ../more}
      cache_to: [type=inline]
      cache_from: ["type=local,src=x"]
      platforms: [linux/amd64, linux/arm64]
      dockerfile: Dockerfile
      dockerfile_inline: FROM node:24
      labels: {dev.crew.kind: mine}
  b: {image: "node:24", devcontainer: .devcontainer}
secrets: {TOKEN: {environment: TOKEN}}
`);
  expect(problemsIn(text, disk)).toMatchInlineSnapshot(`
    "crew.yaml:6:16  https://example.org/shop.git is no folder: when it changes, crew cannot tell; check it out, and name the folder
      6 |       context: https://example.org/shop.git
        |                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    crew.yaml:7:7  a build with secrets needs BuildKit, and crew builds with the engine's own builder: fetch what needs them in setup
      7 |       secrets: [TOKEN]
        |       ^^^^^^^

    crew.yaml:8:7  a build with ssh needs BuildKit, and crew builds with the engine's own builder: fetch what needs it in setup
      8 |       ssh: [default]
        |       ^^^

    crew.yaml:9:7  further contexts need BuildKit, and crew builds with the engine's own builder: copy what is needed into the context
      9 |       additional_contexts: {more: ../more}
        |       ^^^^^^^^^^^^^^^^^^^

    crew.yaml:10:7  cache_to needs BuildKit, and crew builds with the engine's own builder, which keeps its layers itself
      10 |       cache_to: [type=inline]
         |       ^^^^^^^^

    crew.yaml:11:19  the engine's own builder takes images alone as caches, not type=local,src=x
      11 |       cache_from: ["type=local,src=x"]
         |                   ^^^^^^^^^^^^^^^^^^^^
      allowed: shop/cache:latest, type=registry,ref=shop/cache:latest

    crew.yaml:12:18  an instance runs on one platform: name one
      12 |       platforms: [linux/amd64, linux/arm64]
         |                  ^^^^^^^^^^^^^^^^^^^^^^^^^^

    crew.yaml:14:7  dockerfile and dockerfile_inline both say how it is built: choose one
      14 |       dockerfile_inline: FROM node:24
         |       ^^^^^^^^^^^^^^^^^

    crew.yaml:15:15  dev.crew.kind is crew's own: labels under dev.crew. say whose an image is
      15 |       labels: {dev.crew.kind: mine}
         |               ^^^^^^^^^^^^^^^^^^^^^

    crew.yaml:16:25  devcontainer and image both say what the image is: choose one
      16 |   b: {image: "node:24", devcontainer: .devcontainer}
         |                         ^^^^^^^^^^^^"
  `);
});

test("two contents under one name", () => {
  const text = fileWith(
    "roles:\n  a: {image: shop, build: .}\n  b: {image: shop, build: docker}\n  c: {image: shop, build: .}",
  );
  expect(problemsIn(text, disk)).toMatchInlineSnapshot(`
    "crew.yaml:5:20  what is built for b would be shop, and so would what is built for a
      5 |   b: {image: shop, build: docker}
        |                    ^^^^^"
  `);
});

test("on the process runtime there is nothing to build", () => {
  const text = fileWith("runtime: process\nroles: {a: {build: .}}\ngates: {g: {run: ./g, build: .}}");
  expect(problemsIn(text, disk)).toMatchInlineSnapshot(`
    "crew.yaml:4:13  build describes a container, and runtime is process: remove it, or choose runtime: docker
      4 | roles: {a: {build: .}}
        |             ^^^^^

    crew.yaml:5:23  build describes a container, and runtime is process: remove it, or choose runtime: docker
      5 | gates: {g: {run: ./g, build: .}}
        |                       ^^^^^"
  `);
});

test("a context or a Dockerfile that is not there is named with its place, and what was meant", () => {
  const text = `epic: A
defaults: {agent: {command: ./agent}, build: dokcer}
roles:
  a: {}
  b: {build: {context: docker, dockerfile: dev.Dockerfil}}
  c: {build: Dockerfile}
gates: {g: {run: ./g, build: ./none}}
`;
  const { missing } = load(text, disk);
  expect(formatProblems(missing, { text })).toMatchInlineSnapshot(`
    "crew.yaml:2:46  the context dokcer is not there
      2 | defaults: {agent: {command: ./agent}, build: dokcer}
        |                                              ^^^^^^
      did you mean "docker"?

    crew.yaml:5:44  there is no dev.Dockerfil in the context docker
      5 |   b: {build: {context: docker, dockerfile: dev.Dockerfil}}
        |                                            ^^^^^^^^^^^^^
      did you mean "dev.Dockerfile"?

    crew.yaml:6:14  the context Dockerfile is a file: a context is a folder
      6 |   c: {build: Dockerfile}
        |              ^^^^^^^^^^

    crew.yaml:7:30  the context ./none is not there
      7 | gates: {g: {run: ./g, build: ./none}}
        |                              ^^^^^^"
  `);
});

test("pull policies: of roles, gates and defaults; what is built is not pulled", () => {
  const text = `epic: A
defaults: {agent: {command: ./agent}, image: "node:24", pull_policy: never}
roles:
  a: {}
  b: {pull_policy: always}
  c: {pull_policy: if_not_present}
gates: {g: ./g, h: {run: ./h, pull_policy: always}}
`;
  const { roles, gates } = crewOf(text);
  expect([...roles, ...gates].map(({ name, pull = "missing" }) => `${name} ${pull}`)).toEqual([
    "a never",
    "b always",
    "c missing",
    "g never",
    "h always",
  ]);
  expect(unsupportedIn(text)).toBe("none");
  const odd = fileWith(`roles:
  a: {build: ., pull_policy: always}
  b: {image: "node:24", pull_policy: build}
  c: {build: ., pull_policy: build}
  d: {image: "node:24", pull_policy: sometimes}
gates: {g: {run: ./g, image: "node:24", pull_policy: build}}`);
  expect(problemsIn(odd)).toMatchInlineSnapshot(`
    "crew.yaml:4:30  what is built is not pulled; to pull its base image each time, write pull: true into build
      4 |   a: {build: ., pull_policy: always}
        |                              ^^^^^^

    crew.yaml:5:38  pull_policy: build, and there is no build
      5 |   b: {image: "node:24", pull_policy: build}
        |                                      ^^^^^

    crew.yaml:7:38  pull_policy of role d must be always, missing, if_not_present, never or build, not "sometimes"
      7 |   d: {image: "node:24", pull_policy: sometimes}
        |                                      ^^^^^^^^^

    crew.yaml:8:54  pull_policy: build, and there is no build
      8 | gates: {g: {run: ./g, image: "node:24", pull_policy: build}}
        |                                                      ^^^^^"
  `);
});

test("of services that somebody has, as of a role; what is wrong with one is said at its place", () => {
  const rest = "roles: {a: {build: docker, services: [db]}}\n";
  const text = fileWith(`${rest}services: {db: {build: docker}, web: {build: {context: docker, target: web}}}`);
  const { roles, builds = {} } = crewOf(text, disk);
  const [image = ""] = roles.flatMap(({ services = [] }) => services.map(({ container }) => container.image));
  expect(Object.entries(builds)).toEqual([
    [image, { context: "/work/shop/docker", dockerfile: { path: "/work/shop/docker/Dockerfile" } }],
  ]);
  expect(roles[0]?.container?.image).toBe(image);
  expect(unsupportedIn(text, disk)).toBe("none");
  const absent = fileWith(`${rest}services: {db: {build: dokcer}}`);
  expect(formatProblems(load(absent, disk).missing, { text: absent })).toMatchInlineSnapshot(`
    "crew.yaml:4:24  the context dokcer is not there
      4 | services: {db: {build: dokcer}}
        |                        ^^^^^^
      did you mean "docker"?"
  `);
  expect(
    problemsIn(
      fileWith(
        `${rest}services: {db: {image: shop, build: .}, web: {image: shop, build: {context: docker, ssh: [default]}}}`,
      ),
    ),
  ).toMatchInlineSnapshot(`
    "crew.yaml:4:60  what is built for web would be shop, and so would what is built for db
      4 | services: {db: {image: shop, build: .}, web: {image: shop, build: {context: docker, ssh: [default]}}…
        |                                                            ^^^^^

    crew.yaml:4:85  a build with ssh needs BuildKit, and crew builds with the engine's own builder: fetch what needs it in setup
      4 | …ervices: {db: {image: shop, build: .}, web: {image: shop, build: {context: docker, ssh: [default]}}}
        |                                                                                     ^^^"
  `);
});
