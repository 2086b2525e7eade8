// Which of the programs that crew needs are there. Asks each for its version, and reads nothing else of it.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { MachineHealth } from "../../model/health.ts";
import type { Invocation } from "../invocation.ts";

export async function programVersions(
  environment: Invocation["environment"],
): Promise<Pick<MachineHealth, "git" | "hasShell" | "hasSetsid">> {
  const ask = async (program: string, ...args: readonly string[]): Promise<string | undefined> => {
    const options = { env: { PATH: environment.PATH ?? "", LC_ALL: "C" }, timeout: 10_000 };
    return await promisify(execFile)(program, [...args], options).then(
      ({ stdout }) => stdout,
      () => undefined,
    );
  };
  const [git, shell, setsid] = await Promise.all([
    ask("git", "version"),
    ask("/bin/sh", "-c", "echo there"),
    process.platform === "linux" ? ask("setsid", "true") : "",
  ]);
  const version = /\d+(\.\d+)+/.exec(git ?? "")?.[0];
  return {
    ...(version !== undefined && { git: version }),
    hasShell: shell !== undefined,
    hasSetsid: setsid !== undefined,
  };
}
