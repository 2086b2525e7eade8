// How errors, failures and the end of driving read: what happened, where, and the next command.
import { expect, test } from "vitest";
import { CrewError } from "../../src/errors.ts";
import type { EndEvent } from "../../src/model/event.ts";
import { endText, errorText } from "../../src/ui/attention.ts";
import { failureState } from "../../src/ui/driver-events.ts";
import { anOperation } from "./operations.ts";
import { midway, nowMs } from "./sample.ts";

const plain = { width: 80, color: false, verbose: false };

test("what happened, where, and the next command", () => {
  const error = new CrewError("needs-you", "Cannot land: README.md has local changes", {
    at: "/home/ada/shop/README.md",
    hint: "Commit or stash them, then crew land",
  });
  expect(errorText(error, plain)).toMatchInlineSnapshot(`
    "! Cannot land: README.md has local changes
      at /home/ada/shop/README.md
      Commit or stash them, then crew land
    "
  `);
});

test("a message of several lines keeps its layout: the caret stays under its word", () => {
  const message =
    "crew.yaml:12:5: unknown key bracnh\n12 |     bracnh: feature/x\n   |     ^^^^^^\nDid you mean branch?";
  expect(errorText(new CrewError("invalid", message, { at: "crew.yaml:12:5" }), plain)).toMatchInlineSnapshot(`
    "! crew.yaml:12:5: unknown key bracnh
      12 |     bracnh: feature/x
         |     ^^^^^^
      Did you mean branch?
    "
  `);
});

test("crew's own fault is called so, says what to report, and shows no stack unless asked", () => {
  const bug = new TypeError("undefined is not iterable");
  expect(errorText(bug, plain)).toMatchInlineSnapshot(`
    "! crew failed, by its own fault: undefined is not iterable
      Please report it: the command, the output of crew version, and what the same
      command prints with --verbose.
    "
  `);
  expect(
    errorText(new CrewError("internal", "plan went round in circles", { cause: bug }), plain),
  ).toMatchInlineSnapshot(`
    "! crew failed, by its own fault: plan went round in circles
      Please report it: the command, the output of crew version, and what the same
      command prints with --verbose.
    "
  `);
  const traced = errorText(new CrewError("internal", "plan went round in circles", { cause: bug }), {
    ...plain,
    verbose: true,
  });
  expect(traced).toContain("  caused by\n  TypeError: undefined is not iterable\n      at ");
});

test("an agent's words in an error cannot reach the terminal's controls", () => {
  const error = new CrewError("failed", "Setup failed: \u001b[2Jgone\u0007", {
    hint: "crew logs backend\u009b2J",
    at: "\u202egnp",
  });
  expect(errorText(error, plain)).toBe("! Setup failed: gone\n  at gnp\n  crew logs backend\n");
});

function anEnd(changes: Partial<EndEvent> = {}): EndEvent {
  const epic = {
    id: "auth-a3f8",
    title: "[AUTH] Sign-in",
    branch: "epic/auth",
    base: "main",
    done: 3,
    total: 6,
    percent: 50,
  };
  return { type: "end", at: nowMs, outlook: "settled", epic, attention: [], failures: [], ...changes };
}

test("how driving ends", () => {
  const done = { done: 6, total: 6, percent: 100 };
  const epic = { ...(anEnd().epic as NonNullable<EndEvent["epic"]>), ...done };
  expect([
    endText(anEnd({ outlook: "complete", epic }), plain),
    endText(anEnd({ outlook: "landable", epic }), plain),
    endText(anEnd({ outlook: "stopped" }), plain),
  ]).toMatchInlineSnapshot(`
    [
      "✓ Landed and closed. 6/6 beads, 100 %.
    ",
      "✓ All merged. Next: crew land 6/6 beads, 100 %.
    ",
      "· Stopped. crew up goes on. 3/6 beads, 50 %.
    ",
    ]
  `);
});

test("settled: what was not done and who is needed, each with the commands to type", () => {
  const error = new CrewError("failed", "No space left on device", {
    at: "/var/lib/crew",
    hint: "Free some space, then crew up.",
  });
  const operation = anOperation({ kind: "instance.start", role: "backend" });
  const failures = [failureState({ operation, error, tries: 4, nextAtMs: nowMs + 7_400 })];
  expect(endText(anEnd({ failures, attention: midway().plan.attention }), plain)).toMatchInlineSnapshot(`
    "
    Not done
      ! could not start instance backend: No space left on device (tried 4 times,
        next in 8s)
          at /var/lib/crew
          Free some space, then crew up.

    Needs you
      ! auth-a3f8.3 is blocked, its attempts are used up: check failed:
        validation.test.js: expected 3 messages, got 2
          crew retry auth-a3f8.3 -m …
          crew logs forms
          crew bead close auth-a3f8.3
      ? no role takes auth-a3f8.4 (Write the release note)
          crew assign auth-a3f8.4 backend
          crew assign auth-a3f8.4 frontend
          crew assign auth-a3f8.4 forms
          crew bead show auth-a3f8.4
          crew bead close auth-a3f8.4

    ? Settled: not everything could be done. 3/6 beads, 50 %.
    "
  `);
});
