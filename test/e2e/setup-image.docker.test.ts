// A setup with a key, through the real program on a real engine: it runs once for two roles and a gate, which find all that it
// made as it made it; a candidate with another key file runs its own; and nothing of its secrets is in the image.
import { execFileSync } from "node:child_process";
import { afterEach, expect, test } from "vitest";
import { aDockerStory, docker, dockerFile, leftOf, setupImagesOf } from "./docker.ts";
import { storyFile } from "./story.ts";

const setUp = `
test "$TOKEN" = t0p-s3cret || exit 1
echo "the log may hold $TOKEN"
mkdir -p node_modules/.bin node_modules/pkg "$HOME/.cache/tool"
i=0; while [ $i -lt 1000 ]; do echo "$i" >"node_modules/pkg/$i"; ln -s "../pkg/$i" "node_modules/.bin/$i"; i=$((i + 1)); done
chmod 755 node_modules/pkg/7; chmod 600 node_modules/pkg/8; chmod 555 node_modules/pkg
ln node_modules/pkg/9 node_modules/hard
cp lock node_modules/for-lock
cat /proc/sys/kernel/random/uuid >node_modules/token
cp node_modules/token "$HOME/.cache/tool/token"
sh look.sh >"$HOME/looked"
`;

/** What the setup made, as whoever finds it sees it. */
const look = `find node_modules ! -type d -printf '%p %m %y %l\\n' | sort; find node_modules -type d -printf '%p %m\\n' | sort\n`;

const sameAsMade = `sh look.sh | cmp - "$HOME/looked" && cmp node_modules/token "$HOME/.cache/tool/token" && cmp lock node_modules/for-lock`;

const agent = `
file=$(sed -n 's/^Bead: .*Write //p' | head -n 1)
{ ${sameAsMade}; } || exit 1
test -z "\${TOKEN-}" || exit 1
test "$file" = first.txt || echo 'lock of second' >>lock
cp node_modules/token "$file"
git add -A && git commit -qm "Write $file"
`;

const file = dockerFile(storyFile)
  .replace("reader: {into: writer}", "reader: {}")
  .replace(
    "agent: {command: sh agent.sh}",
    "agent: {command: sh agent.sh}\n  setup: {run: sh setup.sh, key: [lock], secrets: [TOKEN]}",
  )
  .concat("secrets: {TOKEN: {environment: CREW_TEST_TOKEN}}\n");

const story = aDockerStory({
  "crew.yaml": file,
  "agent.sh": agent,
  "setup.sh": setUp,
  "look.sh": look,
  "gate.sh": `echo "token $(cat node_modules/token)"; ${sameAsMade}\n`,
  lock: "first lock\n",
  ".gitignore": "node_modules\n",
});
afterEach(() => story.remove());

test("it runs once for all, its own for another key file, and its secrets stay out of the image", async () => {
  const env = { CREW_TEST_TOKEN: "t0p-s3cret" };
  const up = await story.crew(["up", "--wait", "--progress", "plain"], { env });
  expect([up.code, up.stderr]).toEqual([0, expect.stringContaining("runs once for writer, reader, gate files")]);
  const tokenOf = (name: string) => story.git("show", `epic/story:${name}`).trim();
  expect(tokenOf("second.txt")).toBe(tokenOf("first.txt"));
  const log = (await story.crew(["logs", "gate:files"], { env })).stdout;
  expect(log).toMatch(/token [0-9a-f-]{36}/);
  expect([log.includes(tokenOf("first.txt")), log.includes("taken from the image")]).toEqual([false, false]);

  const [image = "", ...others] = setupImagesOf(story.project);
  expect([image, others]).toEqual([expect.stringMatching(/^crew-setup:[0-9a-f]{32}$/), []]);
  const told = `${docker("history", "--no-trunc", image)}${docker("inspect", image)}${contentOf(image)}`;
  // Both can be seen in it: what it was made by, and what was made.
  expect([told.includes("gate.sh"), told.includes(tokenOf("first.txt"))]).toEqual([true, true]);
  expect([told.includes("t0p-s3cret"), told.includes("lock of second")]).toEqual([false, false]);

  // What another command of another time makes is warm too.
  expect(await story.crew(["down", "-v"], { env })).toMatchObject({ code: 0 });
  expect([await leftOf(story.engine, story.project), setupImagesOf(story.project)]).toEqual([[], [image]]);
}, 300_000);

/** Every byte of its files. */
function contentOf(image: string): string {
  const command =
    'id=$(docker create "$0" x) && docker export "$id" | grep -aoE "t0p-s3cret|lock of second|[0-9a-f]{8}-[0-9a-f-]{27}"; docker rm "$id" >/dev/null';
  return execFileSync("sh", ["-c", command, image], { encoding: "utf8", maxBuffer: 1e8 });
}
