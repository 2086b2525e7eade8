// Whether a bead's round is merged: its evidence is reached, and no undo of it is. Pure.

import type { ChainCommit, Tip } from "../model/chain.ts";
import type { TipName } from "../model/names.ts";

export interface Evidence {
  /** Merged(bead, round) in a tip: the tip reaches its evidence and reaches no `Crew-Undo` of it. */
  isMergedIn(bead: string, round: number, tip: TipName): boolean;
  /** The evidence commit, where any tip holds the round merged. */
  commitOf(bead: string, round: number): ChainCommit | undefined;
  /** Highest round of the bead that evidence or an undo speaks of; 0 for none. */
  lastRound(bead: string): number;
  isUndone(bead: string, round: number): boolean;
  /** The commit that undid the round. */
  undoOf(bead: string, round: number): ChainCommit | undefined;
}

export function evidenceOf(tips: ReadonlyMap<TipName, Tip>): Evidence {
  const merges = new Map<string, ChainCommit[]>();
  const undos = new Map<string, ChainCommit[]>();
  const rounds = new Map<string, number>();
  for (const tip of tips.values()) {
    for (const commit of tip.chain) {
      note({ into: merges, of: commit.bead, commit, rounds });
      note({ into: undos, of: commit.undo, commit, rounds });
    }
  }
  const isMergedIn = (bead: string, round: number, name: TipName): boolean => {
    const tip = tips.get(name);
    const reaches = (commit: ChainCommit) => tip?.reaches.has(commit.oid) === true;
    if (!tip || !rounds.has(bead)) return false;
    const id = `${bead}.${round}`;
    return (merges.get(id) ?? []).some(reaches) && !(undos.get(id) ?? []).some(reaches);
  };
  /** A tip reaches what lies on its own chain, so the others are asked only where an undo is in the way. */
  const commitOf = (bead: string, round: number): ChainCommit | undefined => {
    if (!rounds.has(bead)) return undefined;
    const id = `${bead}.${round}`;
    const [evidence] = merges.get(id) ?? [];
    const isHeld = !undos.has(id) || [...tips.keys()].some((tip) => isMergedIn(bead, round, tip));
    return isHeld ? evidence : undefined;
  };
  return {
    isMergedIn,
    commitOf,
    lastRound: (bead) => rounds.get(bead) ?? 0,
    undoOf: (bead, round) => undos.get(`${bead}.${round}`)?.[0],
    isUndone: (bead, round) => undos.size > 0 && undos.has(`${bead}.${round}`),
  };
}

interface Entry {
  readonly into: Map<string, ChainCommit[]>;
  readonly of: { readonly id: string; readonly round: number } | undefined;
  readonly commit: ChainCommit;
  readonly rounds: Map<string, number>;
}

function note({ into, of, commit, rounds }: Entry): void {
  if (!of) return;
  const key = `${of.id}.${of.round}`;
  const known = into.get(key);
  if (known) known.push(commit);
  else into.set(key, [commit]);
  rounds.set(of.id, Math.max(of.round, rounds.get(of.id) ?? 0));
}
