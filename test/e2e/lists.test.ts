// crew ps, ls and images by the real program: what they choose and how it is printed.
import { afterEach, expect, test } from "vitest";
import { aBench, type Bench } from "./bench.ts";

const open: Bench[] = [];
afterEach(() => {
  for (const bench of open.splice(0)) bench.remove();
});

function aTeam(): Bench {
  const made = aBench({
    "crew.yaml": `name: lists
epic: {title: Lists, base: main}
runtime: process
tracker: git
defaults: {agent: {command: 'true'}}
roles: {dev: {}, backend: {}}
`,
  });
  open.push(made);
  return made;
}

test("ps lists what is chosen, in the form that is asked for", async () => {
  const made = aTeam();
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  expect((await made.crew(["stop", "backend"])).code).toBe(0);
  const ps = async (...flags: readonly string[]) => {
    const { code, stdout, stderr } = await made.crew(["ps", ...flags]);
    expect(code, stderr).toBe(0);
    return stdout;
  };
  expect(await ps("-q")).toBe("dev\nbackend\n");
  expect(await ps("--services", "--status", "exited", "-a")).toBe("backend\n");
  expect(await ps("-q", "--filter", "status=running", "--status", "paused")).toBe("dev\n");
  expect(JSON.parse(await ps("--format", "json", "backend"))).toMatchObject([{ name: "backend", state: "exited" }]);
  expect((await ps("--no-trunc", "dev")).split("\n")[1]).toMatch(
    /^dev +role +running +\d+ +idle +feature\/lists-dev +/,
  );
  const said = async (...args: readonly string[]) => (await made.crew(["ps", ...args])).stderr;
  expect(await said("bakcend")).toContain("There is no role bakcend in crew.yaml\n  Did you mean backend?");
  expect(await said("--status", "dead")).toContain("write one of created, running, paused, exited.");
  expect(await said("--filter", "name=dev")).toContain("write status=running.");
});

test("ls lists the projects of the repository, and those that are down only with --all", async () => {
  const made = aTeam();
  expect((await made.crew(["ls"])).stdout).toBe("NAME  STATUS  DRIVEN  EPIC  RUNTIME  FILE\n");
  expect((await made.crew(["up", "-d"])).code).toBe(0);
  expect((await made.crew(["-p", "other", "--set", "x=1", "ls", "-q"])).stdout).toBe("lists\n");
  const rows = async (...flags: readonly string[]) =>
    JSON.parse((await made.crew(["ls", "--format", "json", ...flags])).stdout) as readonly object[];
  const row = { name: "lists", epic: expect.stringMatching(/^lists-/), runtime: "process", file: "crew.yaml" };
  expect(await rows()).toEqual([{ ...row, status: "running(2)", driven: true }]);
  expect((await made.crew(["ls"])).stdout).toMatch(/^lists +running\(2\) +yes +lists-\S+ +process +crew\.yaml$/m);
  expect((await made.crew(["down"])).code).toBe(0);
  expect([await rows(), await rows("-a")]).toEqual([[], [{ ...row, status: "down", driven: false }]]);
});

test("images of processes there are none", async () => {
  const made = aTeam();
  for (const command of ["images", "build", "pull"]) {
    const { code, stderr } = await made.crew([command]);
    expect([code, stderr]).toEqual([
      1,
      "! runtime: process has no images: instances are processes of yours\n  crew ps\n",
    ]);
  }
});
