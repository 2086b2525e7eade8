// What crew doctor makes of what it sees, where a test cannot make it be: a full disk, a system that does not tell.
import { expect, test } from "vitest";
import type { Health } from "../../src/model/health.ts";
import { diagnose } from "../../src/plan/health.ts";

const healthy: Health = {
  machine: { git: "2.39.5", hasShell: true, hasSetsid: true, disks: [{ path: "/state", freeBytes: 5e9 }] },
  refusals: [],
  leases: [],
  strangeRefs: [],
  missing: [],
  locks: [],
  gits: [],
  projects: [],
  strays: [],
  folders: [],
  leftovers: [],
};

function told(health: Partial<Health>): readonly string[] {
  return diagnose({ ...healthy, ...health }).flatMap(({ reason, commands }) => [reason, ...commands]);
}

test("nothing is wrong", () => {
  expect(told({})).toEqual([]);
});

test("a disk that is nearly full", () => {
  const machine = { ...healthy.machine, disks: [{ path: "/my state", freeBytes: 300 * 1024 * 1024 }] };
  expect(told({ machine })).toEqual(["Only 300 MiB are free at /my state", "crew gc", "df -h '/my state'"]);
});

test("no Docker engine, where one is asked for", () => {
  const noEngine = { message: "No Docker engine answers at unix:///x.sock (default).", hint: "Start Docker" };
  expect(told({ noEngine })).toEqual(["No Docker engine answers at unix:///x.sock (default).", "Start Docker"]);
  expect(told({ engine: "Docker 28.2.2 at unix:///x.sock (default)" })).toEqual([]);
});

test("a lock where nobody can tell who holds it is not to be removed", () => {
  const { gits: _, ...blind } = healthy;
  const found = diagnose({ ...blind, locks: ["/repo/.git/index.lock"] });
  expect(found.map(({ reason, commands }) => [reason, ...commands])).toEqual([
    ["/repo/.git/index.lock is held, or left from a git that has ended", "ps -A"],
  ]);
});

test("a role that says that it cannot work", () => {
  const project = { name: "shop", isDriven: true, unreadable: [], bare: [] };
  const broken = [{ role: "backend", reason: "work/.git is not a folder" }];
  expect(told({ projects: [{ ...project, broken }] })).toEqual([
    "backend (shop) cannot work: work/.git is not a folder",
    "crew -p shop logs backend",
    "crew -p shop down",
    "crew -p shop up",
  ]);
});

test("a project of a file that is not found by itself, and a role without its instance", () => {
  const project = { name: "shop", isDriven: false, outlook: "working", unreadable: [], broken: [] } as const;
  expect(told({ projects: [{ ...project, fileFlag: "my crew.yaml", bare: ["backend"] }] })).toEqual([
    "Nobody is driving shop, and work is left",
    "crew -f 'my crew.yaml' -p shop up",
    "backend (shop) has a folder and no instance, or a record of it that cannot be read",
    "crew -f 'my crew.yaml' -p shop up",
  ]);
});

test("a process whose instance has no folder is nothing that down could end", () => {
  const projects = [{ name: "shop", isDriven: true, unreadable: [], broken: [], bare: [] }];
  const stray = { pid: 7, project: "shop", instance: "backend" };
  const commands = (isKept: boolean) => told({ projects, strays: [{ ...stray, isKept }] }).slice(1);
  expect(commands(true)).toEqual(["crew -p shop down", "kill 7"]);
  expect(commands(false)).toEqual(["kill 7"]);
});

test("a folder of a repository that is not there is removed only where no clone is in it", () => {
  const folder = { path: "/state/shop-1", project: "shop", kind: "orphan", objectDirectory: "/gone" } as const;
  const where = "The folder of shop, /state/shop-1, says that its repository is /gone, which is not there";
  expect(told({ folders: [{ ...folder, roles: [] }] })).toEqual([where, "rm -r /state/shop-1"]);
  expect(told({ folders: [{ ...folder, roles: ["backend"] }] })).toEqual([
    `${where}: move the repository back, or copy what you need out of the folder`,
    "ls /state/shop-1/roles",
  ]);
});

test("with several projects the command names which", () => {
  const project = { isDriven: false, outlook: "working", unreadable: [], broken: [], bare: [] } as const;
  expect(
    told({
      projects: [
        { ...project, name: "one" },
        { ...project, name: "two", outlook: "settled" },
      ],
    }),
  ).toEqual(["Nobody is driving one, and work is left", "crew -p one up"]);
});
