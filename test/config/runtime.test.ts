// runtime, and what describes a container where there is none.
import { expect, test } from "vitest";
import { crewOf, problemsIn } from "./support.ts";

test("docker is the default", () => {
  expect(crewOf("epic: a\nroles: {a: {}}\n").runtime).toBe("docker");
  expect(crewOf("epic: a\nruntime: kubernetes\nroles: {a: {}}\n").runtime).toBe("kubernetes");
  expect(problemsIn("epic: a\nruntime: podman\nroles: {a: {}}\n")).toMatchInlineSnapshot(`
    "crew.yaml:2:10  runtime must be docker, process or kubernetes, not "podman"
      2 | runtime: podman
        |          ^^^^^^"
  `);
});

test("container keys under runtime: process are mistakes, wherever they stand", () => {
  const text = `epic: a
runtime: process
defaults: {image: node:24, environment: {A: 1}, services: [db]}
services: {db: {image: x}}
gates: {test: {run: x, network: none, image: y}}
roles:
  a: {build: ., env_file: .env, mem_limit: 1g, check: x}
  b: {x-image: y, user: root}
`;
  expect(problemsIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:3:12  image describes a container, and runtime is process: remove it, or choose runtime: docker
      3 | defaults: {image: node:24, environment: {A: 1}, services: [db]}
        |            ^^^^^

    crew.yaml:3:49  services describes a container, and runtime is process: remove it, or choose runtime: docker
      3 | defaults: {image: node:24, environment: {A: 1}, services: [db]}
        |                                                 ^^^^^^^^

    crew.yaml:5:24  network describes a container, and runtime is process: remove it, or choose runtime: docker
      5 | gates: {test: {run: x, network: none, image: y}}
        |                        ^^^^^^^

    crew.yaml:5:39  image describes a container, and runtime is process: remove it, or choose runtime: docker
      5 | gates: {test: {run: x, network: none, image: y}}
        |                                       ^^^^^

    crew.yaml:7:7  build describes a container, and runtime is process: remove it, or choose runtime: docker
      7 |   a: {build: ., env_file: .env, mem_limit: 1g, check: x}
        |       ^^^^^

    crew.yaml:7:17  env_file describes a container, and runtime is process: remove it, or choose runtime: docker
      7 |   a: {build: ., env_file: .env, mem_limit: 1g, check: x}
        |                 ^^^^^^^^

    crew.yaml:7:33  mem_limit describes a container, and runtime is process: remove it, or choose runtime: docker
      7 |   a: {build: ., env_file: .env, mem_limit: 1g, check: x}
        |                                 ^^^^^^^^^

    crew.yaml:8:19  user describes a container, and runtime is process: remove it, or choose runtime: docker
      8 |   b: {x-image: y, user: root}
        |                   ^^^^"
  `);
});
