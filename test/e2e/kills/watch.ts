// What holds of the repository at any time, whatever was killed and whatever is still at work in it: nothing that stood there
// once is unreachable, every tip stands and stood only where its gates are green, and git finds nothing broken.
import { expect } from "vitest";
import type { Bench } from "../bench.ts";

/** To be called again and again; it remembers what it saw. */
export function watchOf(bench: Pick<Bench, "git">, project = "story"): () => void {
  const heads = new Map<string, string>();
  return () => {
    const refs = refsOf(bench);
    for (const { name, oid, type } of refs) if (type === "commit" && !heads.has(oid)) heads.set(oid, name);
    const reached = new Set(bench.git("rev-list", "--all").split("\n"));
    const lost = [...heads].flatMap(([oid, name]) => (reached.has(oid) ? [] : [`${name} was at ${oid}`]));
    expect(lost.join("\n"), "heads that were lost").toBe("");
    const moves = unproven(bench, refs, `refs/crew/p/${project}/`);
    expect(moves.join("\n"), "moves of a tip without a green verdict").toBe("");
    expect(bench.git("fsck", "--strict", "--no-dangling")).toBe("");
  };
}

interface Ref {
  readonly name: string;
  readonly oid: string;
  readonly type: string;
  /** Of a blob. */
  readonly text: string;
}

function refsOf(bench: Pick<Bench, "git">): readonly Ref[] {
  const text = "%(if:equals=blob)%(objecttype)%(then)%(raw)%(end)";
  // Unit and record separators, which neither names nor JSON hold.
  return bench
    .git("for-each-ref", `--format=%(refname)%1f%(objectname)%1f%(objecttype)%1f${text}%1e`)
    .split("\x1e")
    .map((entry) => entry.trim().split("\x1f"))
    .flatMap(([name, oid = "", type = "", blob = ""]) => (name ? [{ name, oid, type, text: blob }] : []));
}

/** By what each move itself says: the verdicts that it was made on. */
function unproven(bench: Pick<Bench, "git">, refs: readonly Ref[], root: string): readonly string[] {
  const start = refs.find(({ name }) => name === `${root}start`);
  const tips = refs.filter(({ name }) => name.startsWith(`${root}tip/`));
  if (!start || tips.length === 0) return [];
  const verdicts = new Map(
    refs.flatMap(({ name, text }) => {
      if (!name.startsWith(`${root}gate/`)) return [];
      const { key, tree, result } = JSON.parse(text) as { key: string; tree: string; result: string };
      return [[key, `${result} ${tree}`] as const];
    }),
  );
  return tips.flatMap(({ name, oid }) => {
    const format = "--format=%H %T %(trailers:key=Crew-Gates,valueonly,separator=%x20)";
    const moves = bench.git("log", "--first-parent", format, `${start.oid}..${oid}`).split("\n").filter(Boolean);
    return moves.flatMap((line) => {
      const [commit = "", tree = "", ...gates] = line.trim().split(" ");
      const isProven = gates.length > 0 && gates.every((key) => verdicts.get(key) === `green ${tree}`);
      return isProven ? [] : [`${name.slice(root.length)} at ${commit}`];
    });
  });
}
