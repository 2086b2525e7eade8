// The agent's bd: what it shows of the delivered beads, what it notes, what it refuses. Under both shells.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listLines, shownLines } from "../../src/agents/bead-lines.ts";
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
  bead({ id: "shop-3", title: "Third", blockedBy: ["shop-1", "shop-2"], labels: ["api"] }),
  bead({ id: "shop-4", title: "Fourth", blockedBy: ["shop-1"], priority: 0, labels: ["ui", "api"] }),
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
    writeFileSync(join(folder, "state/parts/header"), "Order: shop-2/1.1\nBead: shop-2\n");
    writeFileSync(join(folder, "state/parts/beads"), listLines(beads, "1.x"));
    const all = new Map(beads.map((each) => [each.id, each]));
    writeFileSync(join(folder, "state/parts/shown"), shownLines(beads, all, "1.x"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const bd = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(program, [...rest, join(folder, "bin/bd"), ...args], {
      encoding: "utf8",
    });
    return { status, stdout, stderr };
  };
  const notes = () => readFileSync(join(folder, "state/notes"), "utf8");

  test("lists what is not closed, and what is ready", () => {
    expect(bd("list").stdout).toBe(
      [
        "shop-2         P2 in_progress task    Second",
        "shop-3         P2 open        task    Third",
        "shop-4         P0 open        task    Fourth\n",
      ].join("\n"),
    );
    expect(bd("list", "--all").stdout).toContain('shop-1         P2 closed      task    Say "status":"open" \\ ünï\n');
    expect(bd("ready").stdout).toBe("shop-4         P0 open        task    Fourth\n");
    expect(bd("blocked").stdout).toBe("shop-3         P2 open        task    Third\n");
    expect(ids(bd("list", "--all", "--json").stdout)).toEqual(["shop-1", "shop-2", "shop-3", "shop-4"]);
    expect(ids(bd("ready", "--json", "--limit=5").stdout)).toEqual(["shop-4"]);
  });

  test.each<[readonly string[], readonly string[]]>([
    [
      ["--status", "open"],
      ["shop-3", "shop-4"],
    ],
    [["--status=closed"], ["shop-1"]],
    [
      ["-s", "closed,in_progress"],
      ["shop-1", "shop-2"],
    ],
    [
      ["--status", "all"],
      ["shop-1", "shop-2", "shop-3", "shop-4"],
    ],
    [
      ["--label", "api"],
      ["shop-3", "shop-4"],
    ],
    [["-l", "api,ui"], ["shop-4"]],
    [["--label=api", "--label", "ui"], ["shop-4"]],
    [["-a", "crew/dev"], ["shop-2"]],
    [["--priority", "0"], ["shop-4"]],
    [["-p", "P0"], ["shop-4"]],
    [["--parent", "shop-9"], ["shop-2"]],
    [["--type", "epic"], []],
    [["--limit", "1", "--sort", "priority"], ["shop-2"]],
    [
      ["-n", "2"],
      ["shop-2", "shop-3"],
    ],
  ])("list %j", (flags, expected) => {
    expect(ids(bd("list", ...flags, "--json").stdout)).toEqual(expected);
    expect(
      bd("list", ...flags)
        .stdout.split("\n")
        .filter(Boolean),
    ).toHaveLength(expected.length);
  });

  test("shows several, as a list in JSON, with what each depends on", () => {
    expect(bd("show", "shop-3", "shop-4").stdout.match(/^shop-\d: .*$/gm)).toEqual(["shop-3: Third", "shop-4: Fourth"]);
    const [shown, ...others] = JSON.parse(bd("show", "shop-3", "--json").stdout);
    expect(others).toEqual([]);
    expect(shown).toMatchObject({
      id: "shop-3",
      dependencies: [
        { id: "shop-1", dependency_type: "blocks", status: "closed" },
        { id: "shop-2", dependency_type: "blocks", title: "Second" },
      ],
    });
    expect(ids(bd("show", "shop-3", "shop-1", "--json").stdout)).toEqual(["shop-3", "shop-1"]);
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

  test("notes what the agent says, with the bead, and says who closes beads", () => {
    expect(bd("update", "shop-2", "--claim")).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(bd("update", "shop-2", "--status", "blocked", "--append-notes", "Which\nport?")).toMatchObject({
      status: 0,
    });
    expect(bd("update", "shop-2", "--status=deferred")).toMatchObject({ status: 0 });
    expect(bd("comments", "add", "shop-2", "half way")).toMatchObject({ status: 0 });
    expect(bd("comment", "shop-1", "--", "--dashes first")).toMatchObject({ status: 0 });
    expect(bd("update", "shop-2", "--add-note", "more", "--json")).toMatchObject({ status: 0 });
    expect(bd("close", "shop-2", "--reason", "All there")).toMatchObject({
      status: 0,
      stderr: expect.stringContaining("crew closes beads itself"),
    });
    expect(notes()).toBe(
      [
        "blocked\tshop-2\tWhich port?",
        "note\tshop-2\tstatus deferred of shop-2",
        "note\tshop-2\thalf way",
        "note\tshop-1\t--dashes first",
        "note\tshop-2\tmore",
        "close\tshop-2\tAll there\n",
      ].join("\n"),
    );
  });

  test.each<[readonly string[], Record<string, unknown>]>([
    [["create", 'A "quoted" \\ title'], { title: 'A "quoted" \\ title', type: "task", priority: 2, description: "" }],
    [
      ["create", "--title=Two\nlines", "-t", "bug", "-p", "P1", "-d", "because", "--json"],
      { title: "Two lines", type: "bug", priority: 1, description: "because" },
    ],
    [["new", "-p", "0", "Last", "--deps", "shop-1"], { title: "Last", type: "task", priority: 0, description: "" }],
  ])("create is a proposal: %j", (args, proposal) => {
    expect(bd(...args)).toMatchObject({ status: 0, stderr: expect.stringContaining("a person decides") });
    const [kind, bead, text] = notes().trimEnd().split("\t");
    expect([kind, bead, JSON.parse(text ?? "")]).toEqual(["proposal", "shop-2", proposal]);
  });

  test("what a person is to change is noted, text that begins with a dash and a file are words", () => {
    writeFileSync(join(folder, "note.txt"), "from a file\n");
    expect(bd("update", "shop-2", "--title", "New", "--priority", "0", "--add-label", "x").status).toBe(0);
    expect(bd("comments", "add", "shop-2", "- a list item").status).toBe(0);
    expect(bd("comments", "add", "shop-2", "--file", join(folder, "note.txt")).status).toBe(0);
    expect(notes()).toBe(
      [
        "note\tshop-2\twishes for shop-2: title=New priority=0 add-label=x",
        "note\tshop-2\t- a list item",
        "note\tshop-2\tfrom a file\n",
      ].join("\n"),
    );
    expect(bd("show", "--short", "shop-2").stdout).toMatch(/^shop-2: Second/);
  });

  test("a long proposal full of quotes stays whole", () => {
    expect(bd("create", '"'.repeat(900), "-d", "\\".repeat(3000)).status).toBe(0);
    const [, , text = ""] = notes().trimEnd().split("\t");
    expect(text.length).toBeLessThan(2000);
    expect(JSON.parse(text)).toMatchObject({ title: '"'.repeat(200), description: "\\".repeat(650) });
  });

  test("the twenty-first thing is refused, not lost without a word", () => {
    for (let n = 0; n < 20; n += 1) expect(bd("comments", "add", "shop-2", `${n}`).status).toBe(0);
    expect(bd("comments", "add", "shop-2", "too much")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("put the rest into your commit message"),
    });
    expect(notes().trimEnd().split("\n")).toHaveLength(20);
  });

  test("sync and prime are harmless, and say who does it", () => {
    expect(bd("sync")).toMatchObject({ status: 0, stderr: expect.stringContaining("crew keeps the beads") });
    expect(bd("prime").stdout).toContain("bd close ID");
    expect(existsSync(join(folder, "state/notes"))).toBe(false);
  });

  test.each([
    ["reopen", "shop-1"],
    ["dep", "add", "shop-1", "shop-2"],
    ["label", "add", "shop-1", "x"],
    ["delete", "shop-1", "--force"],
    ["init"],
    ["edit", "shop-1"],
    ["create"],
    ["create", "x", "-p", "9"],
    ["close"],
    ["update", "shop-7"],
    ["comments", "add", "shop-2"],
    ["frobnicate"],
  ])("refuses %s %s, and says what to do instead", (...args) => {
    expect(bd(...args)).toMatchObject({ status: 1, stdout: "", stderr: expect.stringMatching(/^bd: \S.*/) });
    expect(existsSync(join(folder, "state/notes"))).toBe(false);
  });

  test("without a snapshot still notes", () => {
    rmSync(join(folder, "state/parts/beads"));
    expect(bd("list")).toMatchObject({ status: 0, stdout: "" });
    expect(bd("show", "shop-2").status).toBe(1);
    expect(bd("close", "shop-2", "--json").status).toBe(0);
    expect(notes()).toBe("close\tshop-2\tfinished\n");
  });
});

const ids = (text: string) => (JSON.parse(text) as { id: string }[]).map(({ id }) => id);

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
