// The beads as bd exports them, read again only when the workspace's files say that something changed. Writes nothing.
import { CrewError } from "../../errors.ts";
import type { Clock } from "../../ports/clock.ts";
import { parseExchange, type Row, rowOf } from "../exchange.ts";
import { type Fields, problemsOf, withoutExportOnly } from "../fields.ts";
import { type Ledger, ledgerOf, withRows } from "../ledger.ts";
import type { Bd } from "./bd.ts";
import { busyAttempts, pauseAfter } from "./busy.ts";
import { type Fingerprint, fingerprint, isEqual, isSameState } from "./fingerprint.ts";
import { labelsAsMetadata } from "./metadata-labels.ts";
import { errorWords, isBusy, jsonOf } from "./reply.ts";

export interface Reader {
  /** As it stands now, as far as the files tell. Joins a reading that is under way. */
  read(): Promise<Ledger>;
  /** As it stands now for certain: read again unless the files prove that nothing changed. */
  readNow(): Promise<Ledger>;
  /** As bd says it now, whatever the files tell. */
  readAnew(): Promise<Ledger>;
  /** What was read last with what was written since; undefined before the first reading. */
  seen(): Ledger | undefined;
  /** A write was broken off: what was read last is not enough to decide on. */
  doubt(): void;
  /** bd said that these are written. */
  wrote(rows: readonly Row[]): void;
}

export interface ReaderOptions {
  readonly bd: Bd;
  readonly beadsDir: string;
  readonly clock: Clock;
}

interface Version {
  readonly ledger: Ledger;
  /** Undefined: the files do not tell, or somebody wrote during the reading. */
  readonly mark: Fingerprint | undefined;
  readonly atMs: number;
  /** How long it counts without being read again. */
  readonly freshMs: number;
  readonly text: string;
}

export function createReader({ bd, beadsDir, clock }: ReaderOptions): Reader {
  let version: Version | undefined;
  let reading: Promise<Ledger> | undefined;

  const isFresh = (): boolean => version !== undefined && clock.nowMs() - version.atMs < version.freshMs;
  const isProven = (now = fingerprint(beadsDir)): boolean =>
    isFresh() && version?.mark !== undefined && isEqual(version.mark, now);
  const isCurrent = (): boolean => {
    const now = fingerprint(beadsDir);
    // Where files told before and tell nothing now, the database itself has gone.
    return now === undefined && version?.mark === undefined ? isFresh() : isProven(now);
  };
  const load = async (): Promise<Ledger> => {
    const before = fingerprint(beadsDir);
    const text = await exported(bd, clock);
    const after = fingerprint(beadsDir);
    const isQuiet = before !== undefined && after !== undefined && isSameState(before, after);
    const isSame = version?.text === text;
    const ledger = isSame && version ? version.ledger : ledgerOf(rowsOf(text));
    version = {
      ledger,
      text,
      mark: isQuiet ? after : undefined,
      atMs: clock.nowMs(),
      freshMs: after === undefined ? pollMs(version, isSame) : checkedAgainMs,
    };
    return ledger;
  };
  const start = (): Promise<Ledger> => {
    const begun = load().finally(() => {
      if (reading === begun) reading = undefined;
    });
    reading = begun;
    return begun;
  };

  return {
    read: async () => {
      if (version !== undefined && isCurrent()) return version.ledger;
      return await (reading ?? start());
    },
    readNow: async () => (version !== undefined && isProven() ? version.ledger : await start()),
    readAnew: start,
    seen: () => version?.ledger,
    doubt: () => {
      version = undefined;
    },
    wrote: (rows) => {
      if (version)
        version = { ...version, ledger: withRows(version.ledger, rows), mark: undefined, freshMs: 0, text: "" };
    },
  };
}

/** Even files that say that nothing changed are not believed for longer. */
const checkedAgainMs = 60_000;
/** Without files that tell: every 5 s, and less often the longer nothing changes. */
const shortestPollMs = 5_000;

function pollMs(before: Version | undefined, isSame: boolean): number {
  if (before === undefined || !isSame) return shortestPollMs;
  return Math.min(Math.max(before.freshMs * 1.5, shortestPollMs), checkedAgainMs);
}

async function exported(bd: Bd, clock: Clock): Promise<string> {
  // Whatever is called bd: is it one, and does it mean this workspace?
  await bd.generation();
  for (let attempt = 1; ; attempt += 1) {
    const answer = await bd.run({ args: ["export"] });
    if (answer.exitCode === 0) {
      if (linesOf(answer.stdout).length === 0) await mustBeEmpty(bd);
      return answer.stdout;
    }
    if (!isBusy(answer) || attempt === busyAttempts) {
      throw new CrewError("failed", `bd cannot read the beads: ${errorWords(answer)}`, {
        hint: "Try the same by hand: bd export; bd doctor may tell more",
      });
    }
    await pauseAfter(attempt, clock);
  }
}

/** No bead at all is believed only when bd says so in another way too: a bd that does nothing would end every bead. */
async function mustBeEmpty(bd: Bd): Promise<void> {
  const answer = await bd.run({ args: ["list", "--all", "--limit", "0", "--json"] });
  const list = jsonOf(answer.stdout);
  if (answer.exitCode === 0 && Array.isArray(list) && list.length === 0) return;
  throw new CrewError("failed", "bd says nothing about the beads: its export is empty, its list is not.", {
    hint: "Try both by hand: bd export; bd list --all",
  });
}

/**
 * Lines that do not begin an object are warnings; one that does must be whole. Rows that crew could not carry (an id that is no
 * part of a ref, a kind of its own) are left where they are.
 */
function rowsOf(text: string): readonly Row[] {
  const readable = linesOf(text).filter((line) => !isForeign(line));
  return parseExchange(readable.join("\n"), "bd export").map((row) =>
    row.kind === "bead" ? rowOf(labelsAsMetadata(withoutExportOnly(row.fields))) : row,
  );
}

function linesOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line.trimStart().startsWith("{"));
}

function isForeign(line: string): boolean {
  try {
    const fields = JSON.parse(line) as Fields;
    return fields.status !== "tombstone" && problemsOf(fields).some((problem) => problem.startsWith("id "));
  } catch {
    return false;
  }
}
