// What the file says of services → what each role and gate runs beside; and what no service may be.
import { expect, test } from "vitest";
import { crewOf, problemsIn } from "./support.ts";

const rest = `
roles: {dev: {services: [app]}}
defaults: {image: node:24, services: [db]}
gates: {test: {run: x}, lint: {run: y, services: [], network: none}}
`;

test("in the order in which they start, with what they depend on; a gate's are those of defaults, or its own", () => {
  const crew = crewOf(`epic: a${rest}
services:
  app: {image: app, depends_on: {db: {condition: service_healthy}}, command: "run 'a b' $$HOME"}
  db: {image: pg, environment: [A=1, UNSET], cap_drop: [cap_kill], restart: "on-failure:3", shared: true}
  other: {image: o}
`);
  const [dev] = crew.roles;
  expect(dev?.services?.map(({ name, shared, needs, command }) => ({ name, shared, needs, command }))).toEqual([
    { name: "db", shared: true, needs: [], command: undefined },
    {
      name: "app",
      shared: undefined,
      needs: [{ service: "db", until: "healthy" }],
      command: ["run", "a b", "$HOME"],
    },
  ]);
  expect(dev?.services?.[0]).toMatchObject({
    environment: { A: "1" },
    capDrop: ["KILL"],
    restart: { name: "on-failure", tries: 3 },
  });
  expect(crew.gates.map(({ services = [], isolated }) => [services.map(({ name }) => name), isolated])).toEqual([
    [["db"], undefined],
    [[], true],
  ]);
});

test("without an image, with a port of the host for every copy, with the engine's socket", () => {
  expect(
    problemsIn(`epic: a
services:
  none: {shared: true}
  db: {image: x, ports: [80, "8080:80", {target: 1, published: "1"}]}
  web: {image: x, shared: true, ports: ["8080:80"], volumes: ["/var/run/docker.sock:/s"]}
${rest.replace("[app]", "[db]")}`),
  ).toMatchInlineSnapshot(`
    "crew.yaml:3:3  service none has no image to run: write image: … into it
      3 |   none: {shared: true}
        |   ^^^^

    crew.yaml:4:30  8080:80 is one port of the host, and each instance has a copy of db: write shared: true, or the container's port alone
      4 |   db: {image: x, ports: [80, "8080:80", {target: 1, published: "1"}]}
        |                              ^^^^^^^^^

    crew.yaml:4:41  published is one port of the host, and each instance has a copy of db: write shared: true, or the container's port alone
      4 |   db: {image: x, ports: [80, "8080:80", {target: 1, published: "1"}]}
        |                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^

    crew.yaml:5:63  /var/run/docker.sock would give the engine's socket /var/run/docker.sock, and with it the host, to an agent
      5 |   web: {image: x, shared: true, ports: ["8080:80"], volumes: ["/var/run/docker.sock:/s"]}
        |                                                               ^^^^^^^^^^^^^^^^^^^^^^^^^"
  `);
});
