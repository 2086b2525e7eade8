// crew port and crew volumes on an engine: what can be reached from outside, and where data are.
import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { aBench } from "./bench.ts";
import { type DockerBench, dockerFile, onEngine } from "./docker.ts";

const open: DockerBench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

const file = `name: ports
epic: {title: Ports, base: main}
runtime: process
tracker: git
defaults:
  agent: {command: 'true'}
roles:
  dev: {ports: ["127.0.0.1::8080"], services: [db, mail], volumes: ["cache:/cache"]}
  other: {}
services:
  db:
    image: crew-test-tiny:busybox
    command: sh -c 'mkdir -p /tmp/w; exec httpd -f -p 8080 -h /tmp/w'
    ports: [8080, 53/udp]
    volumes: ["data:/data"]
    stop_grace_period: 0s
  mail: {image: "crew-test-tiny:busybox", command: sleep 3600, stop_grace_period: 0s}
volumes: {data: , cache: }
`;

test("ports are told where they can be reached, volumes with what they hold and whose they are", async () => {
  const made = onEngine(aBench({ "crew.yaml": dockerFile(file) }));
  open.push(made);
  const { project } = made;
  const port = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await made.crew(["port", ...args]);
    return code === 0 ? stdout : stderr;
  };
  expect((await made.crew(["volumes"])).stdout).toBe("NAME  DRIVER  HOLDS  USED BY\n");
  expect(await port("dev", "8080")).toBe("! dev does not run: none of its ports is published\n  crew up\n");
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  expect(await port("dev", "8080")).toMatch(/^127\.0\.0\.1:\d+\n$/);
  expect(await port("dev", "8080", "--protocol", "udp")).toBe(
    "! dev does not publish 8080/udp\n  It publishes 8080/tcp\n",
  );
  expect(await port("dev/mail", "25")).toBe(
    '! dev/mail does not publish 25/tcp\n  ports: ["25"] in the service publishes it\n',
  );
  expect(await port("dev/db", "53", "--protocol", "udp")).toMatch(/^0\.0\.0\.0:\d+\n$/);
  const [, outside = ""] = (await port("dev/db", "8080")).trim().split(":");
  await expect.poll(() => answers(Number(outside)), { timeout: 10_000 }).toBe(true);
  expect(await port("dv", "80")).toMatch(/^! There is no role or service dv\n {2}Did you mean dev\?/);

  const volumes = async (...args: readonly string[]) => (await made.crew(["volumes", ...args])).stdout;
  const names = (text: string) => text.trim().split("\n");
  expect(names(await volumes("-q"))).toEqual([
    `${project}-dev`,
    `${project}-dev.mail`,
    `${project}-dev.service-db.data`,
    `${project}-other`,
    `${project}-other.mail`,
    `${project}.mail`,
    `${project}.shared`,
    `${project}_cache`,
  ]);
  expect(JSON.parse(await volumes("--format", "json", "dev/db"))).toEqual([
    { name: `${project}-dev.service-db.data`, driver: "local", holds: "file", role: "dev", usedBy: ["dev/db"] },
  ]);
  const row = (await volumes()).split("\n").find((line) => line.startsWith(`${project}-other `));
  expect(row?.split(/ {2,}/).slice(1)).toEqual(["local", "work of other", "other"]);
  expect((await made.crew(["down", "-v"])).code).toBe(0);
});

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("close", () => socket.destroy());
    setTimeout(() => socket.destroy(), 2_000).unref();
  });
}

test("processes have neither", async () => {
  const made = aBench({
    "crew.yaml": file.replace(/ports: .*?, services: .*$/m, "}").replace(/^services:[\s\S]*/m, ""),
  });
  for (const [command, what] of [
    ["volumes", "volumes"],
    ["port dev 80", "ports"],
  ] as const) {
    const { code, stderr } = await made.crew(command.split(" "));
    expect([code, stderr]).toEqual([
      1,
      `! runtime: process has no ${what}: instances are processes of yours\n  crew ps\n`,
    ]);
  }
  made.remove();
});
