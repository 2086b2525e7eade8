// docs/compose.md is complete and so: its tables against Compose's own commands, flags and keys, and against crew's commands,
// flags, schema and what `up` supports; with Compose's own program in CREW_TEST_COMPOSE its help is asked too. `vitest -u` brings
// the column `up` up to date; all else is for a person to write.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Command } from "commander";
import { expect, test } from "vitest";
import type { Invocation } from "../../src/cli/invocation.ts";
import { describeProgram } from "../../src/cli/program.ts";
import { keysOf, schemaAt } from "../../src/config/schema.ts";
import { type Support, supported } from "../../src/config/supported.ts";
import compose from "./compose-5.5.json" with { type: "json" };

const path = join(import.meta.dirname, "..", "..", "docs", "compose.md");
const page = readFileSync(path, "utf8");

const program = describeProgram({ environment: {} } as Invocation, () => undefined);
const commands = new Map(program.commands.filter((command) => !isHidden(command)).map((each) => [each.name(), each]));
const shared = longFlags(program).filter((flag) => longFlags(commands.get("plan")).includes(flag));
const composeCommands: Readonly<Record<string, readonly string[]>> = compose.commands;

type Row = readonly string[];

/** Rows of the n-th table below a heading, the cells' backticks taken off where they hold one name. */
function table(heading: string, n = 0, text = page): readonly Row[] {
  const section = text.split(/^(?=#{2,3} )/m).find((each) => each.startsWith(`${heading}\n`)) ?? "";
  const rows =
    section
      .split(/\n\n+/)
      .filter((block) => block.startsWith("| "))
      [n]?.trim()
      .split("\n")
      .slice(2) ?? [];
  return rows.map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim().replace(/^`([^`]*)`$/, "$1")),
  );
}

function isHidden(command: Command): boolean {
  return (command as unknown as { readonly _hidden?: boolean })._hidden === true;
}

function longFlags(command: Command | undefined): readonly string[] {
  return (command?.options ?? []).flatMap(({ long, hidden }) => (long && !hidden ? [long] : []));
}

/** Of crew's commands those that nothing on the page names, and the other way round. */
function differences(said: readonly string[], is: readonly string[]) {
  return {
    missing: is.filter((each) => !said.includes(each)),
    tooMuch: said.filter((each) => !is.includes(each)),
    twice: said.filter((each, index) => said.indexOf(each) !== index),
  };
}

const none = { missing: [], tooMuch: [], twice: [] };

test("every command of Compose is there, and every command of crew", () => {
  const rows = table("## Commands");
  const names = Object.keys(composeCommands).filter((name) => name !== "");
  expect(
    differences(
      rows.map(([name = ""]) => name),
      names,
    ),
  ).toEqual(none);
  const both = rows.filter(([, is]) => is !== "absent").map(([name = ""]) => name);
  const own = table("## Commands", 1).map(([name = ""]) => name);
  expect(differences([...both, ...own], [...commands.keys()])).toEqual(none);
  for (const [name, is = "", why] of rows) {
    expect(["same", "different", "absent"], name).toContain(is);
    expect(is === "same" || why !== "", `${name} says why`).toBe(true);
  }
});

const flagsOf = (command: Command | undefined) => longFlags(command).filter((flag) => !shared.includes(flag));
const alike = table("## Commands").filter(([name = "", is]) => is !== "absent" && commands.has(name));

test.each([["before every command", ""], ...alike.map(([name = ""]) => [name, name])])(
  "every flag is there: %s",
  (heading, name) => {
    const rows = table(`### ${heading}`);
    const [left, right] = [0, 1].map((column) =>
      rows.flatMap((row) => (row[column] === "–" ? [] : [row[column] ?? ""])),
    );
    expect(differences(left ?? [], composeCommands[name] ?? [])).toEqual(none);
    const own = name === "" ? shared : flagsOf(commands.get(name));
    const said = (right ?? []).filter((flag) => name === "" || !shared.includes(flag));
    expect(differences(said, own)).toEqual(none);
    for (const [theirs, ours, is = "", why] of rows) {
      const fits = {
        same: theirs === ours,
        different: ours !== "–",
        absent: ours === "–",
        "crew's own": theirs === "–",
      };
      expect(fits[is as keyof typeof fits], `${theirs} ${ours} ${is}`).toBe(true);
      expect(is === "same" || why !== "", `${theirs} says why`).toBe(true);
    }
  },
);

test("every key of Compose is there, and every key of crew", () => {
  const role = keysOf(schemaAt(["roles", "x"]));
  const service = keysOf(schemaAt(["services", "x"]));
  const rows = table("## Keys of a service");
  expect(
    differences(
      rows.map(([key = ""]) => key),
      compose.service,
    ),
  ).toEqual(none);
  const ofRole = rows.filter(([, is]) => is !== "absent").map(([key = ""]) => key);
  expect(differences([...ofRole, ...table("## Keys of a service", 1).map(([key = ""]) => key)], role)).toEqual(none);
  const ofService = rows.filter(([, , is]) => is !== "absent").map(([key = ""]) => key);
  expect(differences([...ofService, "shared"], service)).toEqual(none);
  const top = table("## Keys of the file");
  expect(
    differences(
      top.map(([key = ""]) => key),
      compose.top,
    ),
  ).toEqual(none);
  const ofFile = top.filter(([, is]) => is !== "absent").map(([key = ""]) => key);
  const ownOfFile = table("## Keys of the file", 1).map(([key = ""]) => key);
  expect(differences([...ofFile, ...ownOfFile], keysOf(schemaAt([])))).toEqual(none);
  for (const [key, ...cells] of [...rows, ...top]) {
    expect(!cells.includes("absent") || cells.at(-1) !== "", `${key} says why`).toBe(true);
    expect(cells[0] !== "different" || cells.at(-1) !== "", `${key} says why`).toBe(true);
  }
});

test("the column `up` says what this version's up takes", async () => {
  await expect(upToDate(page)).toMatchFileSnapshot(path);
});

/** The page with that column as it is by src/config/supported.ts. */
function upToDate(text: string): string {
  const file = keysIn(supported);
  const roles = file.roles?.kind === "each" ? file.roles.of : undefined;
  const role = roles === undefined ? {} : keysIn(roles);
  const sections = text.split(/^(?=## )/m);
  return sections
    .map((section) => {
      if (section.startsWith("## Keys of a service\n"))
        return withColumn(section, role, keysOf(schemaAt(["roles", "x"])));
      return section.startsWith("## Keys of the file\n") ? withColumn(section, file, keysOf(schemaAt([]))) : section;
    })
    .join("");
}

function keysIn(support: Support): Readonly<Record<string, Support>> {
  return support.kind === "keys" ? support.keys : {};
}

function withColumn(section: string, support: Readonly<Record<string, Support>>, schema: readonly string[]): string {
  let column = -1;
  return section.replace(/^\|.*\|$/gm, (row) => {
    const cells = row.split("|");
    if (cells[1]?.trim() === "key") column = cells.findIndex((cell) => cell.trim() === "up");
    const [, key = ""] = /`(.*)`/.exec(cells[1] ?? "") ?? [];
    if (key === "") return row;
    const kind = support[key]?.kind;
    const word = kind === "all" ? "yes" : kind === undefined ? (schema.includes(key) ? "not yet" : "–") : "partly";
    return cells.map((cell, index) => (index === column ? ` ${word} ` : cell)).join("|");
  });
}

/** Compose's own, of that version, where there is one. */
const composeProgram = process.env.CREW_TEST_COMPOSE;

/** On every command of Compose's, and said of the program alone. */
const everywhere = ["--dry-run", "--help", "--version"];

async function helpOf(words: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(composeProgram ?? "", [...words, "--help"]);
  return stdout;
}

async function flagsBelow(words: readonly string[]): Promise<readonly (readonly [string, readonly string[]])[]> {
  const text = await helpOf(words);
  const flags = [...text.matchAll(/^ {2,6}(?:-\w, )?(--[a-z][a-z-]*)/gm)].flatMap(([, flag = ""]) => {
    const isShared = everywhere.includes(flag) && !(flag === "--dry-run" && words.length === 0);
    return isShared ? [] : [flag];
  });
  const lists = text.split(/\n(?=\S)/).filter((block) => /^(?:\w+ )?Commands:/.test(block));
  const commands = lists.flatMap((block) => [...block.matchAll(/^ {2}([a-z-]+)\*? /gm)].map(([, name = ""]) => name));
  const below = await Promise.all(commands.map((name) => flagsBelow([...words, name])));
  return [[words.join(" "), flags.sort()], ...below.flat()];
}

if (composeProgram) {
  test("what the page is compared with is what Compose says of itself: every command that its help lists, and every flag", async () => {
    const sorted = Object.entries(composeCommands).map(([name, flags]) => [name, [...flags].sort()]);
    expect(Object.fromEntries(await flagsBelow([]))).toEqual(Object.fromEntries(sorted));
  }, 120_000);
}
