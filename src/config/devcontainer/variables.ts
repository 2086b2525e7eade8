// `${localEnv:HOME}` and the like in a devcontainer's texts (containers.dev, "Variables in devcontainer.json"). Pure.
import { basename } from "node:path";

export interface Variables {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that the devcontainer is for, on this machine. */
  readonly workspace: string;
  readonly containerEnv: Readonly<Record<string, string>>;
}

/** Where every clone is. */
const work = "/crew/work";

/** `unknown` is told of those that cannot be had: they stay as they are. */
export function substituted(text: string, variables: Variables, unknown: (name: string) => void): string {
  return text.replace(/\$\{([^}]+)\}/g, (whole, inside: string) => {
    const value = variableValue(inside, variables);
    if (value === undefined) unknown(whole);
    return value ?? whole;
  });
}

function variableValue(inside: string, { env, workspace, containerEnv }: Variables): string | undefined {
  const [kind = "", name = "", ...rest] = inside.split(":");
  switch (kind) {
    case "localEnv":
    case "env":
      return (Object.hasOwn(env, name) ? env[name] : undefined) ?? rest.join(":");
    case "containerEnv":
      return Object.hasOwn(containerEnv, name) ? containerEnv[name] : undefined;
    case "localWorkspaceFolderBasename":
      return basename(workspace);
    case "containerWorkspaceFolder":
      return work;
    case "containerWorkspaceFolderBasename":
      return basename(work);
    default:
      return undefined;
  }
}
