// What an instance of crew run is made of: the role's own, but for what only one instance can have.
import { expect, test } from "vitest";
import { isOneOff, oneOffName, oneOffSpec } from "../../src/model/one-off.ts";
import { aCrew, aRole } from "../builders/crew.ts";

const limits = { image: "node:24", cpus: 2, memoryBytes: 1, pids: 512, readOnly: false };

test("ports, addresses and further names in networks are the role's alone", () => {
  const container = {
    ...limits,
    ports: [{ target: 80, published: "8080", protocol: "tcp" }],
    networks: [{ key: "back", settings: { internal: true }, aliases: ["api"], ipv4Address: "10.1.0.5" }] as const,
  };
  const [role] = aCrew(aRole("backend", { environment: { LEVEL: "debug" }, container })).roles;
  if (!role) throw new Error("no role");
  const name = oneOffName("backend", "0a1b2c");
  expect(oneOffSpec(role, name)).toEqual({
    role: "backend.run-0a1b2c",
    environment: { LEVEL: "debug" },
    container: { ...limits, networks: [{ key: "back", settings: { internal: true } }] },
  });
  expect([name, "backend", "run-0a1b2c"].map(isOneOff)).toEqual([true, false, false]);
});
