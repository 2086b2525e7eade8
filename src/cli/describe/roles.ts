// The commands about roles as they run: holding them back, and letting them go.
import { Option } from "commander";
import { format, repeated, wholeNumber } from "../flags.ts";
import { defaultDetachKeys } from "../terminal/detach-keys.ts";
import type { Action, Describe } from "./describe.ts";

export const describeRoles: Describe = (program, run) => {
  program.commandsGroup("Roles:");
  const load = (name: "stop" | "start" | "pause" | "unpause") =>
    run(async () => (await import("../driving/hold.ts"))[name] as Action);
  program
    .command("stop [roles...]")
    .description("Stop roles until `crew start`; their work is kept, the order in hand goes on later")
    .option("-t, --timeout <seconds>", "Time to end in before they are killed (default: 10)", wholeNumber)
    .action(load("stop"));
  program
    .command("start [roles...]")
    .description("Let roles go on that were stopped or quarantined")
    .action(load("start"));
  program
    .command("pause [roles...]")
    .description("Freeze the processes of roles until `crew unpause`")
    .action(load("pause"));
  program
    .command("cp <source> <target>")
    .description("Copy files: ROLE:PATH DEST out of a role's instance, SRC ROLE:PATH into it, - for a tar stream")
    .option("-a, --archive", "Keep owners (only root can)")
    .option("-L, --follow-link", "What the link SRC leads to, instead of the link")
    .addHelpText(
      "after",
      "\nPATH is absolute in the instance, or from its work tree on. Links that lead out of DEST are left out.",
    )
    .action(run(async () => (await import("../cp.ts")).cp as Action));
  program
    .command("stats [roles...]")
    .description("Show what roles and services use of the machine, and what agents have spent")
    .option("--no-stream", "Once, not again and again")
    .addOption(format("text", "json"))
    .action(run(async () => (await import("../stats.ts")).stats as Action));
  program
    .command("top [roles...]")
    .description("Show what runs in the instances of roles and in services")
    .addOption(format("text", "json"))
    .action(run(async () => (await import("../top.ts")).top as Action));
  program
    .command("build [roles...]")
    .description("Build the images that roles, gates and services are made from, and what crew adds to them")
    .option("--no-cache", "Build each step anew")
    .option("--pull", "Pull the images that they are built on anew")
    .option("-q, --quiet", "Say nothing of what the builder says, unless it fails")
    .action(run(async () => (await import("../build.ts")).build as Action));
  program
    .command("pull [roles...]")
    .description("Pull the images of roles, gates and services anew")
    .addOption(
      new Option("--policy <policy>", "Pull all of them, or what is not there")
        .choices(["always", "missing"])
        .default("always"),
    )
    .action(run(async () => (await import("../pull.ts")).pull as Action));
  program
    .command("images [roles...]")
    .description("List what the containers of roles are made from")
    .addOption(format("text", "json"))
    .option("-q, --quiet", "Only the engine's ids")
    .action(run(async () => (await import("../images.ts")).images as Action));
  program
    .command("port")
    .description("Print where a port of a role or service is published")
    .argument("<role>")
    .argument("<private-port>", "In its container", wholeNumber)
    .addOption(new Option("--protocol <protocol>", "Of the port").choices(["tcp", "udp", "sctp"]).default("tcp"))
    .action(run(async () => (await import("../port.ts")).port as Action));
  program
    .command("volumes [roles...]")
    .description("List the project's volumes, what they hold, and which roles and services use them")
    .addOption(format("text", "json"))
    .option("-q, --quiet", "Only their names")
    .action(run(async () => (await import("../volumes.ts")).volumes as Action));
  program
    .command("wait <roles...>")
    .description("Wait until roles have nothing left to do; exit code 5 where a person is needed for the rest")
    .addOption(format("text", "json"))
    .addHelpText("after", "\nOf the whole project: `crew up --wait`.")
    .action(run(async () => (await import("../wait.ts")).wait as Action));
  program
    .command("restart [roles...]")
    .description("Stop roles and start them again, whatever held them back; the order in hand goes on")
    .option("-t, --timeout <seconds>", "Time to end in before they are killed (default: 10)", wholeNumber)
    .action(run(async () => (await import("../restart.ts")).restart as Action));
  program
    .command("kill [roles...]")
    .description("Send a signal to roles' instances; what it ends stays stopped until `crew start`")
    .option(
      "-s, --signal <signal>",
      "Its name or number; KILL ends all of an instance, others its supervisor takes",
      "KILL",
    )
    .addHelpText(
      "after",
      "\nWork is kept. Unlike `crew stop`, KILL leaves the agent no time to end, and waits for no lock.",
    )
    .action(run(async () => (await import("../kill.ts")).kill as Action));
  program.command("unpause [roles...]").description("Let paused roles go on").action(load("unpause"));
  program
    .command("run <role> [command...]")
    .description(
      "Run a command (default: sh) in an instance of its own, made like the role's and removed with the command",
    )
    .option("-e, --env <name=value>", "A variable besides; NAME alone takes yours; may be repeated", repeated, [])
    .option("-u, --user <user>", "Who runs it (default: whoever the agent is)")
    .option("-w, --workdir <path>", "Where it runs: absolute in the instance, or from its work tree on")
    .option("-T, --no-tty", "No terminal for it, although this is one")
    .option("--rm", "Remove the instance when the command ends; it always does")
    .passThroughOptions()
    .addHelpText(
      "after",
      "\nIt works in a fresh clone of what the role shows; its setup has not run there. What it leaves there is not collected: push it, or copy it out.",
    )
    .action(run(async () => (await import("../run.ts")).run as Action));
  program
    .command("attach <role>")
    .description("Take the wheel: the role's turn stops, and its session is yours until you hand it back")
    .option("--detach-keys <keys>", "What hands it back", defaultDetachKeys)
    .option("--no-stdin", "Only look at what whoever is attached sees; Ctrl-C ends the looking")
    .addHelpText(
      "after",
      `
Runs the agent's interactive command, or a shell where it has none, in the role's work tree and environment, on a terminal
of your size. Its end hands back too, and so does the end of crew attach in any way. The turn that you interrupted then goes
on, in the tree as you left it and told of you; it costs no attempt, and its clock stood still.`,
    )
    .action(run(async () => (await import("../attach.ts")).attach as Action));
  program
    .command("exec <role> <command> [args...]")
    .description(
      "Run a command in a role's running instance, in its work tree and with its environment, or in a service",
    )
    .option("-d, --detach", "Return at once; the command goes on")
    .option("-e, --env <name=value>", "A variable besides; NAME alone takes yours; may be repeated", repeated, [])
    .option("-u, --user <user>", "Who runs it (default: whoever the agent is)")
    .option("-w, --workdir <path>", "Where it runs: absolute in the instance, or from its work tree on")
    .option("-T, --no-tty", "No terminal for it, although this is one")
    .passThroughOptions()
    .addHelpText("after", "\nWhat comes after COMMAND is the command's own. It ends when the role is stopped.")
    .action(run(async () => (await import("../exec.ts")).exec as Action));
};
