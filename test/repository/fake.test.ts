// The in-memory fake keeps the contract too, so that what is tested on it holds on git.
import { type FakeRepository, fakeRepository } from "../fakes/repository.ts";
import { fakeStore } from "../fakes/repository-store.ts";
import { type Bench, repositoryContract } from "./contract.ts";

repositoryContract("in memory", async () => {
  const store = fakeStore({
    "README.md": "one\ntwo\nthree\n",
    "src/app.txt": "a\nb\nc\n",
    ".beads/issues.jsonl": "{}\n",
  });
  return benchOf(fakeRepository({ store }));
});

function benchOf(repository: FakeRepository): Bench {
  const { store } = repository;
  return {
    repository,
    base: store.branches.get("main") ?? "",
    agentCommit: async (commit) => repository.commit(commit),
    personCommit: async (commit) => repository.commit(commit),
    report: async (id, commit) => {
      repository.publishReport(id, commit);
      return { kind: "program", argv: [] };
    },
    rescue: async (commit) => {
      repository.publishRescue("backend", commit);
      return { kind: "program", argv: [] };
    },
    setBranch: async (branch, commit) => {
      if (commit === undefined) store.branches.delete(branch);
      else store.branches.set(branch, commit);
    },
    branch: async (branch) => store.branches.get(branch),
    checkOut: async (branch) => {
      store.checkedOut.set(branch, `/fake/${branch}`);
      return `/fake/${branch}`;
    },
    files: async (commit) => repository.filesOf(commit),
    parents: async (commit) => store.graph.get(commit).parents,
    close: async () => {},
  };
}
