// One write: decided on what was read, done by one call, and proven by its reply or by reading again. Knows no single edit.
import { CrewError } from "../../errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Change, Edit } from "../edits.ts";
import { knownBead } from "../guards.ts";
import type { Ledger } from "../ledger.ts";
import type { Bd } from "./bd.ts";
import { busyAttempts, pauseAfter } from "./busy.ts";
import type { Command, Writing } from "./commands.ts";
import type { Reader } from "./reader.ts";
import { type Answer, errorWords, isBusy } from "./reply.ts";

export interface WriterOptions {
  readonly bd: Bd;
  readonly reader: Reader;
  readonly clock: Clock;
  readonly actor: string;
  readonly signal?: AbortSignal | undefined;
}

export interface Write {
  readonly id: string;
  /** Nothing to change: done. A refusal is thrown. */
  readonly edit: Edit;
  readonly command: (on: Writing) => Command;
  /** False: what was read last is not enough to decide on. */
  readonly mayGuess?: boolean;
  /** Adds what a reading lacks and the edit has to know. */
  readonly complete?: (ledger: Ledger) => Promise<Ledger>;
}

export function createWriter({ bd, reader, clock, actor, signal }: WriterOptions): (write: Write) => Promise<void> {
  return async ({ id, edit, command, mayGuess = true, complete = async (ledger) => ledger }) => {
    const decide = async (ledger: Ledger): Promise<Due | undefined> => {
      const whole = await complete(ledger);
      const change = edit(whole, { at: new Date(clock.nowMs()).toISOString(), actor });
      return change && { change, bead: knownBead(whole.beads, id) };
    };
    const seen = reader.seen();
    const guess = seen && mayGuess ? await guessed(decide, seen) : undefined;
    let due = guess ?? (await decide(await reader.readNow()));
    for (let attempt = 1; due !== undefined; attempt += 1) {
      const generation = await bd.generation();
      const { call, proves } = command({ generation, bead: due.bead });
      const answer = await bd.run(call);
      if (answer.exitCode === 0 && generation.keepsItsWord && proves(answer.stdout)) {
        reader.wrote(due.change.rows);
        return;
      }
      const { summary } = due.change;
      due = await decide(await reader.readAnew());
      if (due === undefined) return;
      const mayWorkAgain = isBusy(answer) || (answer.exitCode === 0 && !generation.keepsItsWord);
      if (!mayWorkAgain || attempt === busyAttempts) throw refused(summary, answer);
      await pauseAfter(attempt, clock, signal);
    }
  };
}

interface Due {
  readonly change: Change;
  readonly bead: Writing["bead"];
}

/** A refusal, or nothing to do, must be true of the beads as they stand now: no guess. */
async function guessed(decide: (ledger: Ledger) => Promise<Due | undefined>, seen: Ledger): Promise<Due | undefined> {
  try {
    return await decide(seen);
  } catch (error) {
    if (error instanceof CrewError) return undefined;
    throw error;
  }
}

function refused(summary: string, answer: Answer): CrewError {
  return new CrewError("failed", `bd did not do it (${summary}): ${errorWords(answer)}`, {
    hint: "Try the same by hand with bd; bd doctor may tell more",
  });
}
