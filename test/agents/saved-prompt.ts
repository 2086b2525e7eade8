// Shell text of an agent that saves each prompt that it is given, and what it saved.
import type { Bench } from "./bench.ts";

export const savePrompt = 'cat >"$HOME/prompt.$(ls "$HOME" | grep -c "^prompt")"';

export const promptOf = (bench: Bench, n: number) => bench.read(`home/prompt.${n}`);
