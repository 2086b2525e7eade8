// The remote port in memory: leases are kept as git keeps them; nobody else pushes there.
import { CrewError } from "../../src/errors.ts";
import type { Remote } from "../../src/ports/remote.ts";
import type { FactWrite } from "../../src/ports/repository.ts";
import { placeRef } from "../../src/repository/layout.ts";
import { emptyProject, type FakeStore, type ProjectStore } from "./repository-store.ts";

export function fakeRemote(store: FakeStore): Remote {
  const projectOf = (name: string): ProjectStore => {
    const found = store.projects.get(name) ?? emptyProject();
    store.projects.set(name, found);
    return found;
  };
  const write = (project: string, fact: Extract<FactWrite, { readonly kind: "pr" | "upstream" }>) => {
    projectOf(project).facts.set(placeRef(project, { kind: "fact", fact: fact.kind, id: "" }), fact);
  };
  return {
    push: async (project, { changes }) => {
      for (const { ref, from, to } of changes) {
        const there = store.remote.get(ref);
        if (there !== from && there !== to) throw new CrewError("failed", `${ref} was moved by somebody else.`);
        if (to === undefined) {
          store.remote.delete(ref);
          continue;
        }
        store.remote.set(ref, to);
        projectOf(project).pushed.set(ref, to);
      }
    },
    look: async (project, { remote, branch, atMs }) => {
      const oid = store.remote.get(`refs/heads/${branch}`) ?? store.branches.get(branch) ?? "";
      write(project, { kind: "upstream", value: { remote, branch, oid, atMs } });
    },
    propose: async (project, { request, atMs }) => {
      if (store.remote.get(`refs/heads/${request.branch}`) !== request.tip) {
        throw new CrewError("failed", `${request.branch} is not on the remote.`);
      }
      write(project, { kind: "pr", value: { tip: request.tip, url: "https://forge/1", atMs } });
    },
  };
}
