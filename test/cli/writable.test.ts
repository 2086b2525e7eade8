// Where instances keep their files, by the XDG Base Directory Specification.
import { expect, test } from "vitest";
import { stateDirectory } from "../../src/cli/project/writable.ts";

const home = () => "/home/pat";

test("XDG_STATE_HOME, else the home directory's own; what is not absolute counts as unset", () => {
  expect(stateDirectory({ XDG_STATE_HOME: "/var/state", HOME: "/h" }, home)).toBe("/var/state/crew");
  expect(stateDirectory({ XDG_STATE_HOME: "state", HOME: "/h" }, home)).toBe("/h/.local/state/crew");
  expect(stateDirectory({ XDG_STATE_HOME: "", HOME: "" }, home)).toBe("/home/pat/.local/state/crew");
  expect(stateDirectory({}, home)).toBe("/home/pat/.local/state/crew");
});
