// The remote port in memory: leases are kept as git keeps them; nobody else pushes there.
import { CrewError } from "../../src/errors.ts";
import type { Remote } from "../../src/ports/remote.ts";
import { emptyProject, type FakeStore } from "./repository-store.ts";

export function fakeRemote(store: FakeStore): Remote {
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
        const kept = store.projects.get(project) ?? emptyProject();
        store.projects.set(project, kept);
        kept.pushed.set(ref, to);
      }
    },
  };
}
