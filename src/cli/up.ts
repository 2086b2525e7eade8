// crew up: converges the project. In a terminal it starts the driver and looks on; elsewhere, or with --wait, it drives itself.
import { CrewError } from "../errors.ts";
import { type ReadyDriver, readyDriver } from "./driving/driver-start.ts";
import { driverOf, ensureDriver, sayUpAgain } from "./driving/drivers.ts";
import { setUp } from "./driving/set-up.ts";
import {
  driveArguments,
  isDoneFirst,
  typed,
  type UpFlags,
  upAgainOf,
  type Wishes,
  wishesOf,
} from "./driving/up-flags.ts";
import { withinTime } from "./driving/within-time.ts";
import type { Invocation } from "./invocation.ts";
import type { Project } from "./project/opened.ts";
import { openProject } from "./project/project.ts";
import { lookNow } from "./project/work-context.ts";
import { mustHoldState, mustTakeRecords } from "./project/writable.ts";

const goesOn = "Set up. The driver goes on: crew status\n";

export async function up(invocation: Invocation, flags: UpFlags, roles: readonly string[]): Promise<number> {
  if (flags.waitTimeout !== undefined && flags.wait !== true)
    throw new CrewError("failed", "--wait-timeout goes with --wait", { hint: "crew up --wait --wait-timeout 600" });
  const project = await openProject(invocation, flags, { looks: true, leavesMail: flags.detach === true });
  const wishes = wishesOf(project, flags, roles);
  const command = typed(invocation.argv);
  mustTakeRecords(project.commonDir);
  mustHoldState(project.stateDirectory);
  const upping = { project, wishes, command };
  if (flags.start === false) return await makeOnly(invocation, flags, upping);
  if (roles.length > 0) await (await import("./driving/hold.ts")).letGo(project, roles);
  sayUpAgain(project, upAgainOf(wishes.lasting));
  if (flags.detach === true) {
    return await upDetached(invocation, flags, upping);
  }
  const limit = { seconds: flags.waitTimeout ?? 0, project };
  return await withinTime(invocation, limit, async (limited) => await bringOn(limited, flags, upping));
}

interface Upping {
  readonly project: Project;
  readonly wishes: Wishes;
  readonly command: string;
}

/**
 * The driver makes itself ready while the set-up is at work, and begins while that is looked at once more. One that there is is
 * woken only where that could change anything.
 */
async function upDetached(
  invocation: Invocation,
  flags: UpFlags,
  { project, wishes, command }: Upping,
): Promise<number> {
  const isDriven = project.driver !== undefined;
  let ready: ReadyDriver | undefined;
  const beReady = () => {
    ready ??= readyDriver(invocation, project, driveArguments(project, flags, wishes.lasting));
    return ready;
  };
  let begun: Promise<unknown> | undefined;
  const begin = () => {
    begun ??= ensureDriver(invocation, project, beReady);
    begun.catch(() => undefined);
    return begun;
  };
  // One that cannot be made ready is told of once all is made.
  const onBegin = () => {
    try {
      if (!isDriven) beReady();
    } catch {}
  };
  const onMade = () => void begin();
  const setting = { project, planOptions: wishes.first, command, done: goesOn, isDriven, onBegin, onMade };
  try {
    const { result, isQuiet } = await setUp(invocation, flags, setting);
    if (result !== "done") return result === "complete" ? 0 : 5;
    // It may have ended since.
    if (!isQuiet || !(await driverOf(project))) await begin();
    return 0;
  } finally {
    if (!begun) ready?.drop();
  }
}

async function bringOn(invocation: Invocation, flags: UpFlags, { project, wishes, command }: Upping): Promise<number> {
  const planOptions = wishes.lasting;
  const { converge, view } = await import("./driving/converge.ts");
  await bringUpFirst(invocation, flags, { project, wishes, command });
  const isLookedAt = invocation.stderr.isTTY === true && flags.wait !== true;
  if (!isLookedAt) return await converge(invocation, flags, { project, planOptions, command });
  const { plan } = await lookNow(project);
  if (plan.outlook === "complete") return await converge(invocation, flags, { project, planOptions, command });
  await ensureDriver(invocation, project, () =>
    readyDriver(invocation, project, driveArguments(project, flags, planOptions)),
  );
  const code = await view(invocation, flags, project);
  if (code !== undefined) return code;
  throw new CrewError("failed", "The driver ended before its time: nobody is driving", { hint: "crew up" });
}

/** What is done once; and since a driver that was started for some roles takes up others once they have instances, these. */
async function bringUpFirst(invocation: Invocation, flags: UpFlags, { project, wishes, command }: Upping) {
  const isDriven = (await driverOf(project)) !== undefined;
  const planOptions = wishes.first;
  const setting = { project, planOptions, command, done: isDriven ? goesOn : "" };
  if (isDoneFirst(flags, wishes)) return void (await setUp(invocation, flags, setting));
  if (!isDriven) return;
  const { instances } = (await lookNow(project)).world.runtime;
  const names = planOptions.roles ?? project.crew.roles.map(({ name }) => name);
  if (names.some((name) => !instances.has(name))) await setUp(invocation, flags, setting);
}

/** For `--no-start`. A driver would start at once whatever is made. */
async function makeOnly(invocation: Invocation, flags: UpFlags, { project, wishes, command }: Upping): Promise<number> {
  if (await driverOf(project)) {
    throw new CrewError("failed", "This project is being driven: what is made is started at once", {
      hint: "crew stop holds roles back; crew down ends the driver",
    });
  }
  const done = "Made, and not started: crew start, or crew up\n";
  const setting = { project, planOptions: wishes.first, command, done, starts: false };
  const { result } = await setUp(invocation, flags, setting);
  return result === "refused" ? 5 : 0;
}
