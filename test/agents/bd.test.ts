// The agent's bd: what it shows of the delivered beads, what it notes, what it refuses. Under both shells.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { beadLines } from "../../src/agents/bead-lines.ts";
import type { Bead } from "../../src/model/bead.ts";
import { scripts } from "./scripts.ts";

const beads: readonly Bead[] = [
  bead({
    id: "shop-1",
    title: 'Say "status":"open" \\ ünï',
    status: "closed",
    description: "One\n\tTwo \\n",
    acceptance: "It says so",
  }),
  bead({
    id: "shop-2",
    title: "Second",
    parent: "shop-9",
    blockedBy: ["shop-1"],
    assignee: "crew/dev",
    status: "in_progress",
  }),
  bead({ id: "shop-3", title: "Third", blockedBy: ["shop-1", "shop-2"] }),
  bead({ id: "shop-4", title: "Fourth", blockedBy: ["shop-1"], priority: 0 }),
];

describe.each([
  ["dash", ["dash"]],
  ["busybox sh", ["busybox", "sh"]],
] as const)("bd under %s", (_name, [program, ...rest]) => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "crew bd "));
    mkdirSync(join(folder, "bin"));
    mkdirSync(join(folder, "state/parts"), { recursive: true });
    writeFileSync(join(folder, "bin/bd"), scripts.bd);
    chmodSync(join(folder, "bin/bd"), 0o755);
    writeFileSync(join(folder, "state/parts/beads"), beadLines(beads));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const bd = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(program, [...rest, join(folder, "bin/bd"), ...args], {
      encoding: "utf8",
    });
    return { status, stdout, stderr };
  };
  const notes = () => readFileSync(join(folder, "state/notes"), "utf8");

  test("lists all, and what is ready", () => {
    expect(bd("list").stdout).toBe(
      [
        'shop-1         P2 closed      task    Say "status":"open" \\ ünï',
        "shop-2         P2 in_progress task    Second",
        "shop-3         P2 open        task    Third",
        "shop-4         P0 open        task    Fourth\n",
      ].join("\n"),
    );
    expect(bd("ready").stdout).toBe("shop-4         P0 open        task    Fourth\n");
    const ids = (text: string) => (JSON.parse(text) as { id: string }[]).map(({ id }) => id);
    expect(ids(bd("list", "--json").stdout)).toEqual(["shop-1", "shop-2", "shop-3", "shop-4"]);
    expect(ids(bd("ready", "--json", "--limit=5").stdout)).toEqual(["shop-4"]);
  });

  test("shows one", () => {
    expect(bd("show", "shop-1").stdout).toBe(
      'shop-1: Say "status":"open" \\ ünï\nStatus: closed   Priority: P2   Type: task\n\nDescription:\nOne\n\tTwo \\n\n\nAcceptance:\nIt says so\n',
    );
    expect(JSON.parse(bd("show", "shop-1", "--json").stdout)).toMatchObject([
      { id: "shop-1", description: "One\n\tTwo \\n" },
    ]);
    expect(bd("show", "shop-7")).toMatchObject({
      status: 1,
      stdout: "",
      stderr: expect.stringContaining("no bead shop-7"),
    });
  });

  test("notes what the agent says, and says who closes beads", () => {
    expect(bd("update", "shop-2", "--claim")).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(bd("update", "shop-2", "--status", "blocked", "--append-notes", "Which\nport?")).toMatchObject({
      status: 0,
    });
    expect(bd("update", "shop-2", "--status=deferred")).toMatchObject({ status: 0 });
    expect(bd("comments", "add", "shop-2", "half way")).toMatchObject({ status: 0 });
    expect(bd("close", "shop-2", "--reason", "All there")).toMatchObject({
      status: 0,
      stderr: expect.stringContaining("crew closes beads itself"),
    });
    expect(notes()).toBe("blocked\tWhich port?\nnote\tstatus deferred of shop-2\nnote\thalf way\nclose\tAll there\n");
  });

  test.each([
    ["create", "New"],
    ["reopen", "shop-1"],
    ["dep", "add", "shop-1", "shop-2"],
    ["sync"],
    ["close"],
    ["update", "shop-7"],
  ])("refuses %s", (...args) => {
    expect(bd(...args)).toMatchObject({ status: 1, stdout: "", stderr: expect.stringMatching(/^bd: /) });
    expect(existsSync(join(folder, "state/notes"))).toBe(false);
  });

  test("without a snapshot still notes", () => {
    rmSync(join(folder, "state/parts/beads"));
    expect(bd("list")).toMatchObject({ status: 0, stdout: "" });
    expect(bd("show", "shop-2").status).toBe(1);
    expect(bd("close", "shop-2", "--json").status).toBe(0);
    expect(notes()).toBe("close\tfinished\n");
  });
});

function bead(own: Partial<Bead> & { readonly id: string; readonly title: string }): Bead {
  const empty = {
    description: "",
    acceptance: "",
    notes: "",
    status: "open",
    type: "task",
    priority: 2,
    labels: [],
    blockedBy: [],
  };
  return {
    ...empty,
    metadata: {},
    comments: [],
    createdAt: "2026-01-01T00:00:00Z",
    updatedAt: "2026-01-01T00:00:00Z",
    ...own,
  };
}
