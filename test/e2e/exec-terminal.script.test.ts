// crew exec on a terminal, on the process runtime: it is the command's own, and given back as it was.
import { expect, test } from "vitest";
import { aBench } from "./bench.ts";
import { typed } from "./typing.ts";

test("a command has the person's terminal, Ctrl-C included, and gives it back as it was", async () => {
  const made = aBench({
    "crew.yaml": `name: exec\nepic: {title: Exec, base: main}\nruntime: process\ntracker: git
tasks: {one: "Write one.txt"}\nroles: {dev: {agent: {command: sleep 600}}}\n`,
    "guest.sh": `trap 'echo interrupted' INT
test -t 0 && test -t 1 && stty size
stty -echo
echo ready; read -r line || read -r line
echo "read $line"; stty echo; exit 9
`,
  });
  try {
    expect((await made.crew(["up", "-d"])).code).toBe(0);
    const keys = [
      { when: "^ready", type: "\\003\\003\\003\\003" },
      { when: "^interrupted", type: "words\\r" },
    ];
    const args = ["exec", "dev", "sh", "guest.sh"];
    const ended = await typed(made, { args, keys, size: { rows: 33, columns: 111 } });
    expect(ended.stdout.replaceAll(/(\^C)*interrupted\n/g, "")).toBe(
      "33 111\nready\nread words\ncode 9\nmodes icanon echo\n",
    );
    const without = await typed(made, {
      args: ["exec", "-T", "dev", "sh", "-c", "test -t 0 || test -t 1 || echo none"],
      keys: [],
      size: { rows: 33, columns: 111 },
    });
    expect(without.stdout).toBe("none\ncode 0\nmodes icanon echo\n");
  } finally {
    made.remove();
  }
});
