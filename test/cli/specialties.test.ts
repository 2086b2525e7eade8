// Where the words of a specialty are found, and what of the file they are.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { specialtiesBeside, withSpecialties } from "../../src/cli/project/specialties.ts";
import { loadCrew } from "../../src/config/load.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "crew specialties "));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function rolesOf(text: string) {
  const source = { file: join(folder, "crew.yaml"), text };
  const found = specialtiesBeside(source);
  const known = found && { specialties: { names: [...found.paths.keys()], lookedIn: found.lookedIn } };
  const { crew, canonical, problems } = loadCrew({ env: {}, inputs: {}, ...source, ...(known && { known }) });
  if (!crew || !canonical || !found) return problems.map(({ message }) => message);
  return withSpecialties(crew, canonical, { ...found, readText }).roles.map(({ name, specialties }) => [
    name,
    specialties,
  ]);
}

const readText = (path: string) => readFileSync(path, "utf8");
const file = (specialty: string) =>
  `epic: A\nruntime: process\nroles: {dev: {specialty: ${specialty}, agent: {command: x}}, ops: {agent: {command: x}}}\n`;

test("the first place counts, front matter is no words, and a role without one has none", () => {
  write({
    ".crew/specialties/poet.md": "Ours.\n",
    ".claude/agents/deep/down/poet.md": "Theirs.\n",
    ".claude/agents/deep/down/cook.md": "---\nname: cook\ntools: Bash\n---\nYou cook.\n\n---\nWith salt.\n",
    ".github/agents/judge.agent.md": "---\n---\nYou judge.",
    ".github/agents/other.md": "no agent",
  });
  expect(rolesOf(file("[poet, cook, judge]"))).toEqual([
    [
      "dev",
      [
        { name: "poet", text: "Ours." },
        { name: "cook", text: "You cook.\n\n---\nWith salt." },
        { name: "judge", text: "You judge." },
      ],
    ],
    ["ops", undefined],
  ]);
  expect(rolesOf(file("other"))).toEqual([
    'unknown specialty "other" in role dev; looked in .crew/specialties, .claude/agents, .github/agents',
  ]);
});

test("a folder, and what is too long for a prompt, is none; without the word nothing is looked for", () => {
  write({ ".crew/specialties/poet.md/x": "", ".crew/specialties/cook.md": "x".repeat(300_000) });
  expect([rolesOf(file("poet")), rolesOf(file("cook"))].map((each) => each.length)).toEqual([1, 1]);
  expect(specialtiesBeside({ file: join(folder, "crew.yaml"), text: "epic: A\n" })).toBeUndefined();
});

test("a link to itself, or to a folder around it, hides nothing beside it; a linked folder is looked into", () => {
  write({ ".claude/agents/deep/poet.md": "You rhyme.", "shared/cook.md": "You cook." });
  symlinkSync("odd.md", join(folder, ".claude/agents/odd.md"));
  for (const name of ["round", "about"]) symlinkSync("..", join(folder, ".claude/agents/deep", name));
  symlinkSync("../../shared", join(folder, ".claude/agents/linked"));
  expect(rolesOf(file("[poet, cook]"))).toEqual([
    [
      "dev",
      [
        { name: "poet", text: "You rhyme." },
        { name: "cook", text: "You cook." },
      ],
    ],
    ["ops", undefined],
  ]);
  expect(rolesOf(file("odd"))).toEqual([
    'unknown specialty "odd" in role dev; looked in .crew/specialties, .claude/agents, .github/agents',
  ]);
});
