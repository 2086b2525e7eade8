// crew pull: pulls the images that the crew file names, without making anything of them. What is built is not pulled.
import { pullsOf } from "../plan/bringing.ts";
import { bringing } from "./driving/bringing.ts";
import type { GlobalFlags } from "./flags.ts";
import type { Invocation } from "./invocation.ts";

export interface PullFlags extends GlobalFlags {
  readonly policy: "always" | "missing";
}

export async function pull(invocation: Invocation, flags: PullFlags, roles: readonly string[]): Promise<number> {
  return await bringing(invocation, { flags, roles, nothing: "Nothing to pull.\n" }, async ({ look, bring }) => {
    await bring(pullsOf(await look(), { missing: flags.policy === "missing" }));
    return [];
  });
}
