// The model server as a program of its own, for where the test's own process cannot be reached: `serve PORT [FOLDER]`. On every
// address. Each request is a line of FOLDER/requests; until there is FOLDER/go, the work that it asks for lasts until the agent's
// HOME has a file `go`. While there is FOLDER/talk and no go, it only says that it heard the person.
import { appendFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { writesFiles } from "./files.ts";
import { run, say } from "./scenario.ts";
import { StubModel } from "./server.ts";

const [port, folder] = process.argv.slice(2);
const stub = new StubModel();
stub.answer((body) => {
  if (folder === undefined) return writesFiles(body);
  appendFileSync(join(folder, "requests"), `${JSON.stringify(stub.requests.at(-1))}\n`);
  if (existsSync(join(folder, "go"))) return writesFiles(body);
  if (existsSync(join(folder, "talk"))) return say("I heard the person.");
  return run("touch ../home/begun; until [ -e ../home/go ]; do sleep 0.5; done");
});
await stub.listen({ host: "0.0.0.0", port: Number(port) });
process.stdout.write(`${stub.address}\n`);
