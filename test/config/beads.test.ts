// beads: which beads a role takes.
import { expect, test } from "vitest";
import { crewOf, problemsIn } from "./support.ts";

const filtersOf = (text: string) => crewOf(text).roles.map((role) => role.beads);

test("by default those with the role's label; a sole role takes all", () => {
  expect(filtersOf("epic: a\nroles: {a: {}, b: {}}\n")).toEqual([{ labels: ["a"] }, { labels: ["b"] }]);
  expect(filtersOf("epic: a\nroles: {a: {}}\n")).toEqual([{}]);
  expect(filtersOf("epic: a\nroles: {a: {beads: {types: bug}}}\n")).toEqual([{ types: ["bug"] }]);
  expect(filtersOf("epic: a\nroles: {a: {beads: {}}, b: {}}\n")).toEqual([{}, { labels: ["b"] }]);
});

test("every key, one value or several", () => {
  const text = `epic: a
roles:
  a:
    beads:
      title_prefix: "[A/b]"
      labels: [x, y]
      labels_any: z
      types: bug
      parent: shop-1
      ids: shop-2
      priority: 1
      assignee: ann
      metadata: {team: core, size: 3, version: 1.10}
  b: {beads: {ids: [shop-3, shop-4], priority: [0, 1]}}
`;
  expect(filtersOf(text)).toMatchInlineSnapshot(`
    [
      {
        "assignee": "ann",
        "ids": [
          "shop-2",
        ],
        "labels": [
          "x",
          "y",
        ],
        "labelsAny": [
          "z",
        ],
        "metadata": {
          "size": "3",
          "team": "core",
          "version": "1.10",
        },
        "parent": "shop-1",
        "priority": [
          1,
        ],
        "titlePrefix": "[A/b]",
        "types": [
          "bug",
        ],
      },
      {
        "ids": [
          "shop-3",
          "shop-4",
        ],
        "priority": [
          0,
          1,
        ],
      },
    ]
  `);
});

test("mistakes", () => {
  const text = `epic: a
roles:
  a: {beads: {label: x, priority: 9, ids: [a b], parent: x.lock}}
  b: {beads: [x]}
  c: {beads: {labels: [1, ""], priority: [high], metadata: {a: [b]}}}
`;
  expect(problemsIn(text)).toMatchInlineSnapshot(`
    "crew.yaml:3:15  unknown key "label" in beads of role a
      3 |   a: {beads: {label: x, priority: 9, ids: [a b], parent: x.lock}}
        |               ^^^^^
      did you mean "labels"?  allowed: assignee, ids, labels, labels_any, metadata, parent, priority, …

    crew.yaml:3:35  priority of beads of role a must be at most 4, not 9
      3 |   a: {beads: {label: x, priority: 9, ids: [a b], parent: x.lock}}
        |                                   ^

    crew.yaml:3:44  item 1 of ids of beads of role a must be the id of a bead, such as shop-a3f8, not "a b"
      3 |   a: {beads: {label: x, priority: 9, ids: [a b], parent: x.lock}}
        |                                            ^^^

    crew.yaml:3:58  parent of beads of role a must be the id of a bead, such as shop-a3f8, not "x.lock"
      3 |   a: {beads: {label: x, priority: 9, ids: [a b], parent: x.lock}}
        |                                                          ^^^^^^

    crew.yaml:4:14  beads of role b must be a map, such as {title_prefix: "[\${feature}/backend]"}, not a list
      4 |   b: {beads: [x]}
        |              ^^^

    crew.yaml:5:24  item 1 of labels of beads of role c must be text, not the number 1 (as text: "1")
      5 |   c: {beads: {labels: [1, ""], priority: [high], metadata: {a: [b]}}}
        |                        ^

    crew.yaml:5:27  item 2 of labels of beads of role c is empty
      5 |   c: {beads: {labels: [1, ""], priority: [high], metadata: {a: [b]}}}
        |                           ^^

    crew.yaml:5:43  item 1 of priority of beads of role c must be a whole number, not text
      5 |   c: {beads: {labels: [1, ""], priority: [high], metadata: {a: [b]}}}
        |                                           ^^^^

    crew.yaml:5:64  a of metadata of beads of role c must be text, a number or true or false, not a list
      5 |   c: {beads: {labels: [1, ""], priority: [high], metadata: {a: [b]}}}
        |                                                                ^^^"
  `);
});
