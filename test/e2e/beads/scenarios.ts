// What people who plan in beads do with crew, on a real bd: from an empty workspace or a tree of theirs to every bead closed.
import { afterEach, describe, expect, test } from "vitest";
import type { BdVersion } from "../../beads/bd/binaries.ts";
import { evidenceOn } from "../outcome.ts";
import { aBdPlace, type BdPlace, crewFile, titles } from "./place.ts";

export function describeBeads(version: BdVersion): void {
  describe(`beads kept by bd ${version}`, { timeout: 300_000 }, () => {
    let place: BdPlace;
    afterEach(() => place.remove());

    const ended = async (...args: readonly string[]) => {
      const { code, stderr, stdout } = await place.crew(args);
      expect(code, `crew ${args.join(" ")}\n${stderr}`).toBe(0);
      return { stdout, stderr };
    };
    const leaf = (title: string) => {
      const found = [...place.issues().values()].find((issue) => issue.title === title);
      if (!found) throw new Error(`no bead ${title}`);
      return found;
    };
    const words = (id: string) => place.comments(id).map(({ author, text }) => `${author}: ${text}`);

    test("a team from the first bead to the last, and what plain bd then says", async () => {
      place = aBdPlace(version);
      await ended("up", "--wait");
      const planned = place.wrapped.calls().length;
      await ended("land");
      const issues = [...place.issues().values()];
      expect(issues.map(({ title, status }) => `${title}: ${status}`).sort()).toEqual(
        ["[STORY] Files", "Front", ...titles].map((title) => `${title}: closed`).sort(),
      );
      expect(JSON.parse(place.bd("ready", "--json") || "[]")).toEqual([]);
      expect(place.bd("list", "--all")).toContain("Write one.txt");
      const [shown] = JSON.parse(place.bd("show", leaf("Write two.txt").id, "--json"));
      expect(shown).toMatchObject({ status: "closed", assignee: "crew/reader", close_reason: /^Landed in main as / });
      expect(place.bd("stats")).toMatch(/Closed: +6/);
      for (const title of titles) {
        const { id } = leaf(title);
        const file = title.replace("Write ", "");
        const role = title === "Write one.txt" || title === "Write three.txt" ? "writer" : "reader";
        expect(evidenceOn(place, "main").has(`${id} 1`)).toBe(true);
        expect(words(id)).toEqual([
          `crew/${role}: Writing ${file}`,
          `crew/${role}: Done: ${file} is there`,
          expect.stringMatching(new RegExp(`^crew/${role}: Merged as [0-9a-f]{40} \\(round 1; files green\\)\\.$`)),
        ]);
      }
      await ended("up", "--wait");
      await ended("down");
      expect(place.survivors()).toEqual([]);
      expect(place.git("status", "--porcelain", "--", ":!.gitignore")).toBe("");
      // One look for each change, one call for each write, and what a process asks to begin with.
      const count = (...verbs: readonly string[]) =>
        place.wrapped.calls().filter((call) => verbs.includes(call.split(" ")[0] ?? "")).length;
      const writes = count("import", "dep", "update", "comments", "close", "reopen");
      const looks = count("export");
      expect(writes).toBeLessThanOrEqual(40);
      // 0.47 needs each write read back by another look.
      expect(looks).toBeLessThanOrEqual(version.startsWith("0.") ? 2 * writes + 20 : writes + 20);
      expect(planned).toBeGreaterThan(0);
    });

    test("a tree that people made is adopted, with what the file adds to it, by filters alone", async () => {
      place = aBdPlace(version, "tasks: {four: {title: Write four.txt, role: reader}}\n");
      const id = (text: string) => (JSON.parse(text) as { readonly id: string }).id;
      const epic = id(place.bd("create", "--title=Ours", "--description=x", "-t", "epic", "--json"));
      const make = (title: string, label: string, parent: string) =>
        id(place.bd("create", `--title=${title}`, "--description=x", "-l", label, `--parent=${parent}`, "--json"));
      const feature = id(
        place.bd("create", "--title=Part", "--description=x", "-t", "feature", `--parent=${epic}`, "--json"),
      );
      const one = make("Write one.txt", "writer", feature);
      const two = make("Write two.txt", "reader", epic);
      place.bd("dep", "add", two, one);
      const { stdout } = await place.crew(["plan", "--epic", epic]);
      expect(stdout).toContain("Write four.txt");
      expect(stdout).not.toContain("Write one.txt");
      expect((await place.crew(["up", "--wait", "--epic", "shop-nope"])).stderr).toContain(
        "there is no bead shop-nope",
      );
      await ended("up", "--wait", "--epic", epic);
      await ended("land");
      expect([...place.issues().values()].map(({ title, status }) => `${title}: ${status}`).sort()).toEqual(
        ["Ours", "Part", "Write four.txt", "Write one.txt", "Write two.txt"].map((title) => `${title}: closed`),
      );
      await ended("down");
    });

    test("what people do with bd is seen within five seconds, and a driver with nothing to do asks nothing", async () => {
      place = aBdPlace(version);
      await ended("up", "-d");
      await settled();
      const before = place.wrapped.calls().length;
      await pause(12_000);
      expect(place.wrapped.calls().slice(before).length).toBeLessThanOrEqual(2);
      const [epic] = [...place.issues().values()].filter(({ title }) => title === "[STORY] Files");
      const askedMs = Date.now();
      place.bd("create", "--title=Write five.txt", "--description=x", "-l", "writer", `--parent=${epic?.id}`);
      while (leaf("Write five.txt").status !== "in_progress") {
        expect(Date.now() - askedMs, "seen too late").toBeLessThan(15_000);
        await pause(200);
      }
      await settled();
      expect(words(leaf("Write five.txt").id)[0]).toBe("crew/writer: Writing five.txt");
      await ended("land");
      await ended("down");
    });

    test("a project moves from git to bd with its beads, and not without", async () => {
      place = aBdPlace(version);
      const file = crewFile(place.wrapped.path);
      place.write("crew.yaml", file.replace(/^tracker: .*$/m, "tracker: git"));
      await ended("up", "--wait");
      place.write("crew.yaml", file);
      const refused = await place.crew(["up", "--wait"]);
      expect(refused.code).toBe(5);
      expect(refused.stderr).toContain("keeps its beads in git, and the file now says bd, which lacks some of them");
      const { stdout } = await ended("bead", "--tracker", "git", "export");
      place.write("beads.jsonl", stdout);
      if (version.startsWith("0.")) {
        const { code, stderr } = await place.crew(["bead", "--tracker", "bd", "import", "beads.jsonl"]);
        expect(code).toBe(1);
        expect(stderr).toContain("bd init -p with the prefix of these, or bd 1.0 or newer");
        return;
      }
      await ended("bead", "--tracker", "bd", "import", "beads.jsonl");
      await ended("up", "--wait");
      await ended("land");
      expect([...place.issues().values()].every(({ status }) => status === "closed")).toBe(true);
      await ended("down");
    });

    /** All merged: only a person's word is missing. */
    async function settled(): Promise<void> {
      for (let n = 0; ; n += 1) {
        const { stdout } = await place.crew(["status", "--format", "json"]);
        if (JSON.parse(stdout).outlook === "landable") return;
        expect(n, stdout).toBeLessThan(200);
        await pause(500);
      }
    }
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
