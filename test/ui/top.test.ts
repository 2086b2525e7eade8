// The table of `crew top`, and what an engine's `ps` says, in whatever columns.
import { expect, test } from "vitest";
import { processesIn } from "../../src/runtimes/docker/containers/processes.ts";
import { topRows, topText } from "../../src/ui/top.ts";

const procps = {
  titles: ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"],
  rows: [
    ["1000", "4242", "4200", "0", "03:14", "?", "00:00:07", "sh /crew/bin/supervisor.sh /crew"],
    ["1000", "4300", "4242", "99", "Nov28", "?", "1-02:03:04", `node agent.js ${"x".repeat(80)}\u001b[2J`],
  ],
};
const busybox = { titles: ["PID", "USER", "TIME", "COMMAND"], rows: [["7", "postgres", "1:05", "postgres"]] };

test("one row for each process, in the order of the names; the command gives way at 80 columns", () => {
  const found = new Map([
    ["backend/db", processesIn(busybox)],
    ["backend", processesIn(procps)],
  ]);
  const rows = topRows(["backend", "gone", "backend/db"], found);
  expect(topText(rows, { width: 80, color: false })).toMatchInlineSnapshot(`
    "NAME         PID  PPID  USER          TIME  COMMAND
    backend     4242  4200  1000       0:00:07  sh /crew/bin/supervisor.sh /crew
    backend     4300  4242  1000      26:03:04  node agent.js xxxxxxxxxxxxxxxxxxxxx…
    backend/db     7     -  postgres   0:01:05  postgres
    "
  `);
  expect(rows.at(-1)).toEqual({ name: "backend/db", pid: 7, user: "postgres", cpuSeconds: 65, command: "postgres" });
  expect(topText([], { width: 80, color: false })).toBe("NAME  PID  PPID  USER  TIME  COMMAND\n");
});
