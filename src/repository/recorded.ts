// What is recorded of every project that lives in the repository, who drives them, and which branches there are: one listing,
// one batch of objects. Changes nothing.
import type { Oid } from "../model/names.ts";
import type { LeaseHolder, Recorded } from "../ports/repository.ts";
import type { Context } from "./context.ts";
import { parseFact } from "./facts.ts";
import { archivesRoot, branchesRoot, leasesRoot, projectsRoot } from "./layout.ts";
import { lives, parseHolder } from "./lease.ts";
import type { Ref } from "./ref.ts";
import { listRefs } from "./refs.ts";

const mostAhead = 200;

/** A project whose set-up was cut off before its record is not among them. */
export async function recorded(context: Context): Promise<Recorded> {
  const refs = await listRefs(context, [projectsRoot, archivesRoot, leasesRoot, branchesRoot]);
  context.early.keep(refs);
  const all = [...refs.values()];
  const below = (root: string) => all.filter(({ name }) => name.startsWith(root));
  const [own, branches] = [below(projectsRoot), below(branchesRoot)];
  const leases = below(leasesRoot).filter(({ name }) => name.endsWith("/driver"));
  const facts = own.filter(({ name }) => isRecord(name));
  // Of a few, the look that follows finds all that it reads.
  const others = [...(own.length <= mostAhead ? own : []), ...leases];
  const objects = await context.objects.read(oidsOf(facts), oidsOf(others));
  const projects = facts.flatMap(({ name, oid }) => {
    const text = objects.get(oid)?.content.toString("utf8") ?? "";
    const fact = parseFact({ fact: "project", id: "" }, text, name);
    return fact.kind === "project" ? [fact.value] : [];
  });
  const drivers = await Promise.all(leases.map((lease) => driverBy(context, lease)));
  return {
    projects,
    drivers: new Map(drivers.flatMap((driver) => driver ?? [])),
    branches: branches.map(({ name }) => name.slice(branchesRoot.length)),
  };
}

function oidsOf(refs: readonly Ref[]): readonly Oid[] {
  return refs.map(({ oid }) => oid);
}

function isRecord(ref: string): boolean {
  return ref.slice(projectsRoot.length).split("/").slice(1).join("/") === "fact/project";
}

/** What is wrong with a lease is told to whoever asks for it alone. */
async function driverBy(
  { objects, identity }: Context,
  { name, oid }: Ref,
): Promise<readonly (readonly [string, LeaseHolder])[]> {
  try {
    const holder = parseHolder((await objects.read([oid])).get(oid)?.content.toString("utf8") ?? "", name);
    const project = name.slice(leasesRoot.length).split("/", 1)[0] ?? "";
    return (await lives(identity, holder)) ? [[project, holder]] : [];
  } catch {
    return [];
  }
}
