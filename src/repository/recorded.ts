// What is recorded of every project that lives in the repository: one listing, one batch of objects. Changes nothing.
import type { ProjectFact } from "../model/records.ts";
import type { Context } from "./context.ts";
import { parseFact } from "./facts.ts";
import { projectsRoot } from "./layout.ts";
import { listRefs } from "./refs.ts";

const mostAhead = 200;

/** By name. A project whose set-up was cut off before its record is not among them. */
export async function recordedProjects(context: Context): Promise<readonly ProjectFact[]> {
  const all = [...(await listRefs(context, [projectsRoot])).values()];
  const refs = all.filter(({ name }) => isRecord(name));
  // Of a few, the look that follows finds all that it reads.
  const others = all.length <= mostAhead ? all.map(({ oid }) => oid) : [];
  const objects = await context.objects.read(
    refs.map(({ oid }) => oid),
    others,
  );
  return refs.flatMap(({ name, oid }) => {
    const text = objects.get(oid)?.content.toString("utf8") ?? "";
    const fact = parseFact({ fact: "project", id: "" }, text, name);
    return fact.kind === "project" ? [fact.value] : [];
  });
}

function isRecord(ref: string): boolean {
  return ref.slice(projectsRoot.length).split("/").slice(1).join("/") === "fact/project";
}
