// The commands about roles as they run: holding them back, and letting them go.
import type { Action, Describe } from "./describe.ts";

export const describeRoles: Describe = (program, run) => {
  program.commandsGroup("Roles:");
  const load = (name: "stop" | "start" | "pause" | "unpause") =>
    run(async () => (await import("../hold.ts"))[name] as Action);
  program
    .command("stop [roles...]")
    .description("Stop roles until `crew start`; their work is kept, the order in hand goes on later")
    .action(load("stop"));
  program
    .command("start [roles...]")
    .description("Let roles go on that were stopped or quarantined")
    .action(load("start"));
  program
    .command("pause [roles...]")
    .description("Freeze the processes of roles until `crew unpause`")
    .action(load("pause"));
  program.command("unpause [roles...]").description("Let paused roles go on").action(load("unpause"));
};
