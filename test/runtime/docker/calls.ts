// What is asked of an engine while something is done: method and path of each call, in order of asking.
import type { DockerHarness } from "../docker-harness.ts";

/** The project's name, what is random in a name, and what is asked for are left out. */
export async function callsOf(
  { engine, project }: DockerHarness,
  work: () => Promise<unknown>,
): Promise<readonly string[]> {
  const { modem } = engine;
  const calls: string[] = [];
  const dial = modem.dial;
  modem.dial = (options: { readonly method: string; readonly path: string }, callback: Parameters<typeof dial>[1]) => {
    const path = options.path.replace(new RegExp(`${project}[.-]`), "").replace(/\?.*/, "");
    calls.push(`${options.method} ${path}`);
    return dial.call(modem, options, callback);
  };
  await work().finally(() => {
    modem.dial = dial;
  });
  return calls;
}
