// kill -9 of crew and of bd at drawn moments while beads are planned, given out, told and closed: the same command again ends
// in the same, with no bead twice, no note lost and no bead closed without evidence. CREW_BD_KILLS=50 kills fifty times.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import type { BdVersion } from "../../beads/bd/binaries.ts";
import { type Random, randomFrom } from "../kills/draw.ts";
import { evidenceOn } from "../outcome.ts";
import { aBdPlace, type BdPlace, few } from "./place.ts";

const kills = Number(process.env.CREW_BD_KILLS ?? 15);
const killsAStory = 25;

const leaves = ["Write one.txt", "Write two.txt"];

export function describeKills(version: BdVersion): void {
  describe(`killed while bd ${version} keeps the beads`, { timeout: 1_500_000 }, () => {
    let place: BdPlace | undefined;
    afterEach(() => place?.remove());

    test(`${kills} kills`, async () => {
      const random = randomFrom(47);
      const told = { crew: 0, bd: 0 };
      while (told.crew + told.bd < kills) {
        place = aBdPlace(version, few);
        let left = Math.min(killsAStory, kills - told.crew - told.bd);
        for (const command of [["up", "--wait"], ["land"]]) {
          for (let isDone = false; !isDone; ) {
            const run = place.start(command);
            const victim = left > 0 ? await killOne(place, { random, crew: run.pid }) : undefined;
            if (victim !== undefined) {
              told[victim] += 1;
              left -= 1;
            }
            const { code } = await run.ended;
            mustHaveEvidence(place);
            isDone = code === 0;
          }
        }
        mustBeWhole(place);
        place.remove();
      }
      console.log(`bd ${version}: killed crew ${told.crew} times, bd ${told.bd} times`);
      expect(Math.min(told.crew, told.bd)).toBeGreaterThan(kills / 5);
    });
  });
}

/** Crew or the bd that it runs, after a drawn while. Undefined: it had ended before. */
async function killOne(
  place: BdPlace,
  { random, crew }: { readonly random: Random; readonly crew: number },
): Promise<"crew" | "bd" | undefined> {
  const isCrews = random() < 0.5;
  const waitMs = random() * 3_000;
  await new Promise((resolve) => setTimeout(resolve, waitMs));
  if (isCrews) return kill(crew) ? "crew" : undefined;
  for (let n = 0; n < 400; n += 1) {
    const [bd] = bdsOf(place);
    if (bd !== undefined && kill(bd)) return "bd";
    if (!isAlive(crew)) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return undefined;
}

/** Real bd processes that work in the repository. */
function bdsOf({ repository }: BdPlace): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const [program = ""] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        return program.endsWith("/bd") && readlinkSync(`/proc/${pid}/cwd`) === repository;
      } catch {
        return false;
      }
    });
}

function kill(pid: number): boolean {
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Whatever was killed: a leaf is closed only once main holds its commit. */
function mustHaveEvidence(place: BdPlace): void {
  const evidence = evidenceOn(place, "main");
  const closed = [...place.issues().values()].filter(({ status, title }) => status === "closed" && isLeaf(title));
  expect(closed.filter(({ id }) => !evidence.has(`${id} 1`))).toEqual([]);
}

function mustBeWhole(place: BdPlace): void {
  const issues = [...place.issues().values()];
  expect(issues.map(({ title, status }) => `${title}: ${status}`).sort()).toEqual(
    ["[STORY] Files", "Front", ...leaves].map((title) => `${title}: closed`).sort(),
  );
  for (const { id, title } of issues.filter((issue) => isLeaf(issue.title))) {
    const file = title.replace("Write ", "");
    const texts = place.comments(id).map(({ text }) => text.replace(/[0-9a-f]{40}/, "…"));
    expect([...texts].sort()).toEqual([
      `Done: ${file} is there`,
      "Merged as … (round 1; files green).",
      `Writing ${file}`,
    ]);
  }
}

function isLeaf(title: string): boolean {
  return leaves.includes(title);
}
