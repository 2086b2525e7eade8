// The branch tree as `crew graph` draws it, and the order in which `crew merge --dry-run` says that things would merge.
import { expect, test } from "vitest";
import { cellsOf } from "../../src/ui/cells.ts";
import { graphOf, graphText, mergeOrderText } from "../../src/ui/graph.ts";
import { queueEntries } from "../../src/ui/queue-state.ts";
import { midway } from "./sample.ts";

const plain = { width: 80, color: false };

test("branches below what they merge into, each with its beads and what waits for it", () => {
  expect(graphText(graphOf(midway()), plain)).toMatchInlineSnapshot(`
    "main
    └─ epic  epic/auth  1/6 beads
       ├─ backend  feature/auth-backend  1/3 beads
       └─ frontend  feature/auth-frontend  0/1 beads
          │  → auth-a3f8.2  gate test runs
          └─ forms  feature/auth-forms  0/1 beads
    "
  `);
});

test("in merge order, and nothing where nothing waits", () => {
  expect(mergeOrderText(queueEntries(midway()), plain)).toMatchInlineSnapshot(`
    "   WORK                                       INTO      STATE
    1  auth-a3f8.2  [AUTH/frontend] Sign-in form  frontend  gate test runs
    "
  `);
  expect(mergeOrderText([], plain)).toBe("Nothing waits to be merged.\n");
});

test("no line is wider than the terminal", () => {
  const narrow = { width: 40, color: false };
  const text = `${graphText(graphOf(midway()), narrow)}${mergeOrderText(queueEntries(midway()), narrow)}`;
  expect(text.split("\n").filter((line) => cellsOf(line) > 40)).toEqual([]);
});
