// What describes a command to commander: its place under the program, and the loading of its work when it is called.
import type { Command } from "commander";
import type { Invocation } from "../invocation.ts";

export type Action = (invocation: Invocation, flags: never, ...args: never[]) => Promise<number>;

/** Turns the loading of a command's work into what commander calls. */
export type Run = (load: () => Promise<Action>) => (...given: unknown[]) => Promise<void>;

/** Adds the commands of one topic. */
export type Describe = (program: Command, run: Run) => void;
