// The bundle as it is shipped: libraries that are loaded late lie in chunks of their own, and what is left out says so.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const top = new URL("../..", import.meta.url).pathname;
let out: string;
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), "crew-bundle-"));
  const entry = join(top, "src/runtimes/docker/engine/connect.ts");
  execFileSync(process.execPath, [join(top, "scripts/build.mjs"), "--no-types", "--entry", entry, "--out", out]);
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

const read = (name: string) => readFileSync(join(out, name), "utf8");

test("dockerode is loaded when an engine is connected to, not before", () => {
  const isStatic = /^import .*"\.\/(docker-[^"]+)"/m;
  expect(read("main.js")).not.toMatch(isStatic);
  expect(read("main.js")).not.toContain("/containers/json");
  const chunks = readdirSync(out).filter((name) => name.endsWith(".js") && read(name).includes("/containers/json"));
  expect(chunks).toEqual([expect.stringMatching(/^docker-/)]);
});

test("grpc, protobuf and ssh2 are not in the bundle, and say so when they are used", async () => {
  const packages = [...read("THIRD-PARTY-LICENSES.txt").matchAll(/^(\S+) \d+\.\d+\.\d+ \(/gm)].map(([, name]) => name);
  expect(packages).toContain("dockerode");
  expect(packages.filter((name) => /grpc|protobuf|ssh2|cpu-features/.test(name ?? ""))).toEqual([]);
  const { connect } = await import(pathToFileURL(join(out, "main.js")).href);
  const server = createServer((_, response) => response.end("OK")).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const docker = await connect({ kind: "tcp", host: "127.0.0.1", port, path: "", from: "" }, { environment: {} });
  server.close();
  docker.modem.protocol = "ssh";
  await expect(docker.ping()).rejects.toThrow("crew was built without ssh2: Client cannot be used");
});

test("each package is in the bundle once", () => {
  const packages = [...read("THIRD-PARTY-LICENSES.txt").matchAll(/^(\S+) \d+\.\d+\.\d+ \(/gm)].map(([, name]) => name);
  expect(packages).toEqual([...new Set(packages)]);
});
