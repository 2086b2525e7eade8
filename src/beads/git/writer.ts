// Reads the ledger once per state of the chain, and writes one change at a time until it is in. Decides nothing about beads.
import { CrewError } from "../../errors.ts";
import type { Oid } from "../../model/names.ts";
import type { Clock } from "../../ports/clock.ts";
import type { GitRunner } from "../../ports/git.ts";
import type { Change } from "../edits.ts";
import { parseExchange } from "../exchange.ts";
import { type Ledger, ledgerOf, ledgerText, withRows } from "../ledger.ts";
import type { Stamp } from "../stamp.ts";
import { type Appended, append, chainFile, chainRef, readChain, readHead } from "./chain.ts";

export interface ChainOptions {
  /** Runs git in the user's git directory. */
  readonly git: GitRunner;
  readonly clock: Clock;
  /** Who writes: the commit's author, and `created_by` of what is new. */
  readonly actor: string;
  /** Ends the wait after a lost race. */
  readonly signal?: AbortSignal;
}

/** What an edit answers, and what has to be written for it to be true. */
export interface Outcome<T> {
  readonly change: Change | undefined;
  readonly value: T;
}

export interface ChainWriter {
  read(): Promise<Ledger>;
  write<T>(edit: ChainEdit<T>): Promise<T>;
}

export type ChainEdit<T> = (ledger: Ledger, stamp: Stamp) => Outcome<T>;

export function chainWriter(options: ChainOptions): ChainWriter {
  const { git, clock, signal = new AbortController().signal } = options;
  let seen: Version | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  const read = async (): Promise<Version> => {
    if (seen === undefined || seen.head !== (await readHead(git))) seen = await load(git);
    return seen;
  };
  const commit = async (base: Version, change: Change, atMs: number): Promise<Appended> => {
    const ledger = withRows(base.ledger, change.rows);
    const message = oneLine(change.summary);
    const file = ledgerText(ledger);
    const appended = await append(git, base.head, { file, message, author: options.actor, atMs });
    if (appended.won) seen = { head: appended.oid, ledger };
    return appended;
  };
  const write = async <T>(edit: ChainEdit<T>): Promise<T> => {
    for (let attempt = 1; attempt <= writeAttempts; attempt += 1) {
      const atMs = clock.nowMs();
      const decide = (base: Version): Decision<T> => ({
        base,
        outcome: edit(base.ledger, { at: new Date(atMs).toISOString(), actor: options.actor }),
      });
      const guess = attempt === 1 && seen !== undefined ? guessed(decide, seen) : undefined;
      const { base, outcome } = guess ?? decide(await read());
      if (outcome.change === undefined) return outcome.value;
      const appended = await commit(base, outcome.change, atMs);
      if (appended.won) return outcome.value;
      await clock.sleep(pauseMs(attempt, appended.oid), signal);
      if (signal.aborted) throw new CrewError("conflict", "Writing beads was stopped.", { at: chainRef });
    }
    throw new CrewError("conflict", `Other writers moved ${chainRef} ${writeAttempts} times in a row.`, {
      at: chainRef,
      hint: "Run the same command again.",
    });
  };

  return {
    read: async () => (await read()).ledger,
    write: (edit) => {
      // One write at a time in this process: racing oneself only costs retries.
      const result = queue.then(() => write(edit));
      queue = result.catch(() => undefined);
      return result;
    },
  };
}

/** A writer that lost has seen another one win, so the chain always grows; this many losses in a row are no accident. */
const writeAttempts = 100;

/**
 * Writers that lost wait longer each time and not equally long ("full jitter"), so that they don't meet again. The lost
 * commit's id is the die: it differs for each writer.
 */
function pauseMs(attempt: number, lost: Oid): number {
  const longestMs = Math.min(10 * 2 ** attempt, 200);
  return Math.floor((longestMs * Number.parseInt(lost.slice(0, 4), 16)) / 0x10000);
}

interface Version {
  readonly head: Oid | undefined;
  readonly ledger: Ledger;
}

interface Decision<T> {
  readonly base: Version;
  readonly outcome: Outcome<T>;
}

/**
 * A change made from what was seen last needs no reading first: the swap fails if that was old. A refusal, or nothing
 * to do, must be true of the chain as it stands now: no guess.
 */
function guessed<T>(decide: (base: Version) => Decision<T>, base: Version): Decision<T> | undefined {
  try {
    const decision = decide(base);
    return decision.outcome.change === undefined ? undefined : decision;
  } catch (error) {
    if (error instanceof CrewError) return undefined;
    throw error;
  }
}

async function load(git: GitRunner): Promise<Version> {
  const chain = await readChain(git);
  if (chain === undefined) return { head: undefined, ledger: ledgerOf([]) };
  return { head: chain.head, ledger: ledgerOf(parseExchange(chain.file, `${chainRef}:${chainFile}`)) };
}

const messageLimit = 100;

/** Bead texts come from anywhere: one line, no control characters, not longer than people read in a log. */
function oneLine(text: string): string {
  const line = [...text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim()];
  return line.length <= messageLimit ? line.join("") : `${line.slice(0, messageLimit - 1).join("")}…`;
}
