// Finds, among the tools that a request offers, the one that runs a shell command.
import type { Tool } from "./events.ts";

interface Offered {
  readonly type?: string;
  readonly name?: string;
  /** Of a group of them. */
  readonly tools?: readonly Offered[];
  readonly function?: { readonly name?: string };
  readonly functionDeclarations?: readonly Offered[];
}

const inputs: Readonly<Record<string, (command: string) => Tool["input"]>> = {
  Bash: (command) => ({ command }),
  bash: (command) => ({ command, description: "Runs it" }),
  run_shell_command: (command) => ({ command, is_background: false }),
  exec_command: (command) => ({ cmd: command }),
  shell_command: (command) => ({ command }),
  shell: (command) => ({ command: ["bash", "-lc", command] }),
};

/** Undefined where none is offered, as when a program asks for a title. */
export function shellTool(offered: unknown, command: string): Tool | undefined {
  const all = (Array.isArray(offered) ? (offered as readonly Offered[]) : []).flatMap(
    (each) => each.functionDeclarations ?? each.tools ?? [each],
  );
  // Codex's code mode: a script, in which its other tools are called.
  if (all.some(({ type, name }) => type === "custom" && name === "exec")) {
    const script = `text(JSON.stringify(await tools.exec_command(${JSON.stringify({ cmd: command })})));`;
    return { name: "exec", input: {}, script };
  }
  const names = all.map((each) => each.name ?? each.function?.name ?? "");
  const name = Object.keys(inputs).find((each) => names.includes(each));
  const input = name === undefined ? undefined : inputs[name];
  return name === undefined || !input ? undefined : { name, input: input(command) };
}
