// git's upload-pack inside an instance: by the engine's exec where it runs, in a reader on its volume where it does not. Its
// bytes go to whoever opened it and are never looked at here.
import { Duplex } from "node:stream";
import { cleanText } from "../../../agents/clean-text.ts";
import { CrewError } from "../../../errors.ts";
import type { UploadConnection } from "../../../ports/runtime.ts";
import { findContainer, startContainer } from "../containers/containers.ts";
import { split } from "../containers/streams.ts";
import { type DockerContext, inside } from "../context.ts";
import { translated } from "../errors.ts";
import { roleName } from "../names.ts";
import { withReader } from "./reader.ts";

/** As text: the agent cannot have replaced it. */
const script = `text=$1; exec /bin/sh -c "$text" supervisor.sh upload-pack ${inside.home}`;

export async function openUpload(context: DockerContext, role: string): Promise<UploadConnection> {
  const name = roleName(context.names, role);
  const found = await findContainer(context, name);
  const isRunning = found?.State.Running === true && !found.State.Paused;
  return isRunning ? await byExec(context, role) : await byReader(context, role);
}

async function byExec(context: DockerContext, role: string): Promise<UploadConnection> {
  const name = roleName(context.names, role);
  const engine = await context.engine();
  try {
    const exec = await engine.getContainer(name).exec({
      Cmd: ["/bin/sh", "-c", script, "reader", context.assets.supervisor],
      Env: [
        `CREW_ROLE=${role}`,
        `CREW_READER=[${name}.upload]`,
        `CREW_MAIL=${inside.mail}`,
        `HOME=${inside.home}/home`,
      ],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      Tty: false,
    });
    return connection(await exec.start({ hijack: true, stdin: true }), async () => undefined);
  } catch (error) {
    throw translated(error, `container ${name}`);
  }
}

/** The reader lasts until the connection is closed. */
async function byReader(context: DockerContext, role: string): Promise<UploadConnection> {
  return await new Promise<UploadConnection>((resolve, reject) => {
    const reading = { role, script, args: [context.assets.supervisor] };
    const work = withReader(context, reading, async (name) => {
      const engine = await context.engine();
      const stream = await engine
        .getContainer(name)
        .attach({ stream: true, hijack: true, stdin: true, stdout: true, stderr: true });
      await startContainer(context, name);
      await new Promise<void>((closed) => {
        const gone = async () => {
          closed();
          await work;
        };
        resolve(connection(stream, gone));
      });
      return true;
    });
    work.then((made) => {
      if (made === undefined) reject(new CrewError("failed", `${role} has no volume.`, { hint: "crew up" }));
    }, reject);
  });
}

function connection(raw: NodeJS.ReadWriteStream, gone: () => Promise<unknown>): UploadConnection {
  const { stdout, stderr } = split(raw);
  const complaints: Buffer[] = [];
  stderr.on("data", (chunk: Buffer) => {
    if (complaints.length < mostComplaints) complaints.push(chunk);
  });
  const stream = Duplex.from({ readable: stdout, writable: raw as NodeJS.WritableStream });
  // It may be cut, by the engine or by its closing, when nobody reads it any more: whoever does sees its end.
  stream.on("error", () => undefined);
  return {
    stream,
    close: async () => {
      (raw as Duplex).destroy();
      await gone();
      return cleanText(Buffer.concat(complaints).toString("utf8"));
    },
  };
}

/** Chunks of what it says on stderr. */
const mostComplaints = 64;
