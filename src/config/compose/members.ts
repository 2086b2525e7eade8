// Who the agents are: from what was asked for, from services that say it, from .env, and otherwise one.
import { safeName } from "../key-names.ts";
import type { Entry, Mapping, Span } from "../tree.ts";
import { environmentOf } from "./environment.ts";
import { variablesIn } from "./identity.ts";
import { textOf } from "./trees.ts";

/** A role that is asked for on the command line. */
export interface Wish {
  readonly name: string;
  readonly branch?: string;
}

export interface AgentService {
  readonly name: string;
  readonly key: Span;
  readonly service: Mapping;
}

export interface Member extends Wish {
  /** The value of AGENT_ID. */
  readonly id: string;
  readonly from: AgentService;
}

export function membersOf(
  agents: readonly [AgentService, ...AgentService[]],
  asked: { readonly wishes: readonly Wish[]; readonly dotEnv: Readonly<Record<string, string>> },
): readonly Member[] {
  const [first] = agents;
  const own = agents.map(ownMember);
  if (asked.wishes.length > 0) {
    return asked.wishes.map((wish) => {
      const from = own.find(({ name, id }) => wish.name === name || wish.name === id)?.from ?? first;
      return { ...wish, name: roleName(wish.name), id: wish.name, from };
    });
  }
  if (agents.length > 1 || valueIn(first, "AGENT_ID") !== undefined) return own;
  const listed = fromLists(asked.dotEnv);
  if (listed.length > 0) return listed.map((each) => ({ ...each, from: first }));
  return [{ name: "agent", id: "agent", ...branchIn(first), from: first }];
}

function ownMember(from: AgentService): Member {
  const id = valueIn(from, "AGENT_ID") ?? from.name;
  return { name: roleName(id), id, ...branchIn(from), from };
}

function branchIn(agent: AgentService): { readonly branch?: string } {
  const branch = valueIn(agent, "BRANCH");
  return branch === undefined ? {} : { branch };
}

/** A value that stands in the file and needs no variable. */
function valueIn({ service }: AgentService, name: string): string | undefined {
  const entry: Entry | undefined = environmentOf(service.entries.get("environment")?.value).get(name);
  const text = textOf(entry?.value);
  return text === undefined || text === "" || variablesIn(text).length > 0 ? undefined : text;
}

/** `AGENT_ID=a,b` and `BRANCH=x,y` of .env, one each or several with commas or spaces. */
function fromLists(dotEnv: Readonly<Record<string, string>>): readonly Omit<Member, "from">[] {
  const list = (name: string) => (dotEnv[name] ?? "").split(/[\s,]+/).filter((each) => each !== "");
  const branches = list("BRANCH");
  return list("AGENT_ID").map((id, index) => {
    const branch = branches[index];
    return { name: roleName(id), id, ...(branch !== undefined && { branch }) };
  });
}

/** A number alone is no name that one wants to type. */
function roleName(id: string): string {
  const name = safeName(id).slice(0, 40);
  return /^\d+$/.test(name) || name === "" ? `agent-${name}`.replace(/-$/, "") : name;
}
