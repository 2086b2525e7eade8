// The in-memory fake against the contract that the real trackers keep.
import { type FakeStore, fakeBeads } from "../fakes/beads.ts";
import { describeTracker } from "./contract.ts";

describeTracker("in memory", () => {
  const store: FakeStore = new Map();
  return { open: (clock, actor) => fakeBeads({ clock, actor, store }), remove: () => store.clear() };
});
