// Asks the Docker engine that DOCKER_HOST (unix:// or tcp://) or /var/run/docker.sock names, without a docker program:
// engine.mjs ping | has IMAGE... | import IMAGE FILE.tar    Ends with 1 and a reason where the answer is no.
import { createReadStream } from "node:fs";
import { request } from "node:http";

const [verb, ...args] = process.argv.slice(2);
try {
  await { ping, has, import: importImage }[verb](...args);
} catch (error) {
  console.error(`engine.mjs ${verb}: ${error.message}`);
  process.exitCode = 1;
}

async function ping() {
  await ask("GET", "/_ping");
}

async function has(...images) {
  for (const image of images) await ask("GET", `/images/${image}/json`);
}

/** As `docker import`: one layer of what the archive holds, with a shell as its command. */
async function importImage(image, file) {
  const [repo, tag] = image.split(":");
  const query = new URLSearchParams({ fromSrc: "-", repo, tag, changes: 'CMD ["/bin/sh"]' });
  const said = await ask("POST", `/images/create?${query}`, createReadStream(file));
  // The engine has answered 200 before it knows how the import ends.
  const { error } = JSON.parse(said.trim().split("\n").at(-1) || "{}");
  if (error) throw new Error(error);
}

function ask(method, path, body) {
  return new Promise((resolve, reject) => {
    const headers = body ? { "Content-Type": "application/x-tar" } : {};
    const asking = request({ ...engine(), method, path, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk) => {
        text += chunk;
      });
      answer.on("error", reject);
      answer.on("end", () => {
        if (answer.statusCode === 200) resolve(text);
        else reject(new Error(`${answer.statusCode} ${text.trim()}`));
      });
    });
    asking.on("error", reject);
    if (!body) return asking.end();
    body.on("error", (error) => asking.destroy(error));
    body.pipe(asking);
  });
}

function engine() {
  const { protocol, hostname, port, pathname } = new URL(process.env.DOCKER_HOST || "unix:///var/run/docker.sock");
  if (protocol === "unix:") return { socketPath: pathname };
  if (protocol === "tcp:") return { host: hostname, port };
  throw new Error(`the tests reach no engine at ${protocol}//`);
}
