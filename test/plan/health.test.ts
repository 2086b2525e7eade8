// What crew doctor makes of what it sees, where a test cannot make it be: a full disk, a system that does not tell.
import { expect, test } from "vitest";
import type { Health } from "../../src/model/health.ts";
import { diagnose } from "../../src/plan/health.ts";

const healthy: Health = {
  machine: { git: "2.39.5", hasShell: true, hasSetsid: true, disks: [{ path: "/state", freeBytes: 5e9 }] },
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
