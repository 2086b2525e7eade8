// Brings a reported commit from an instance into the repository: quarantine, policy, then the pinned report. A refusal is
// a report too. Never opens the instance's clone.
import { CrewError } from "../errors.ts";
import { formatOrderId, mailId, type Oid } from "../model/names.ts";
import type { Report } from "../model/records.ts";
import type { ReportImport } from "../ports/repository.ts";
import type { Context } from "./context.ts";
import type { Git } from "./git.ts";
import { placeRef } from "./layout.ts";
import { mergeTrees } from "./merge-tree.ts";
import type { Merges } from "./merges.ts";
import { ownChanges } from "./own-changes.ts";
import { createReport } from "./pins.ts";
import { checkPolicy, type PolicyAnswer } from "./policy.ts";
import { changesToSee } from "./protected-changes.ts";
import { inQuarantine, type Quarantine } from "./quarantine.ts";
import { reachedReports } from "./reached-reports.ts";
import { parseReport } from "./records.ts";
import { refOid } from "./refs.ts";
import { oneLine } from "./text.ts";

export async function importReport(context: Context, merges: Merges, request: ReportImport): Promise<Report> {
  const { project, order, report, protect = [] } = request;
  if (report.order !== formatOrderId(order.id)) {
    throw new CrewError("internal", `The report of ${report.order} was taken for that of ${formatOrderId(order.id)}.`, {
      hint: "This is crew's fault: please report it.",
    });
  }
  const ref = placeRef(project, { kind: "done", id: order.id });
  const pinned = await refOid(context, ref);
  if (pinned !== undefined) return parseReport(await context.objects.commit(pinned), order.id, ref);

  const known = order.merge === undefined ? [order.start] : [order.start, order.merge];
  const taken = await inQuarantine(context, known, (quarantine) =>
    take({ view: context.view, merges, request, quarantine, known }),
  );
  const commit = taken.commit ?? order.start;
  const { tree } = await context.objects.commit(commit);
  const isDone = taken.refusal === undefined && report.state === "done";
  // Also of what is not merged: the next attempt may go on with it.
  const reaches = taken.refusal === undefined ? await reachedReports(context, { project, order, commit }) : [];
  const own = taken.refusal === undefined ? await ownChanges(context, merges, { project, order, commit }) : undefined;
  const seen = { project, order, commit, protect };
  const { protects, doubts } = isDone ? await changesToSee(context, seen) : { protects: [], doubts: [] };
  const result: Report = {
    id: order.id,
    role: order.role,
    state: taken.refusal === undefined ? report.state : "refused",
    commit,
    tree,
    turns: report.turns,
    note: oneLine(taken.refusal ?? report.note, 2_000),
    detail: report.detail,
    oneSided: taken.oneSided,
    ...(report.said !== undefined && report.said.length > 0 && { said: report.said }),
    ...(report.told && { told: report.told }),
    ...(report.spent && { spent: report.spent }),
    ...(reaches.length > 0 && { reaches }),
    ...(protects.length > 0 && { protects }),
    ...(doubts.length > 0 && { doubts }),
    ...(own !== undefined && own.length > 0 && { own }),
  };
  await createReport(context, project, result);
  return result;
}

interface Taking {
  readonly view: Git;
  readonly merges: Merges;
  readonly request: ReportImport;
  readonly quarantine: Quarantine;
  readonly known: readonly Oid[];
}

/** `commit` is absent where there is none that git would take. */
type Taken = PolicyAnswer & { readonly commit?: Oid };

async function take({ view, merges, request, quarantine, known }: Taking): Promise<Taken> {
  const { order, report, uploadPack } = request;
  const ref = `refs/crew/report/${mailId(order.id)}`;
  const fetched = await quarantine.fetch({ ref, uploadPack });
  switch (fetched.kind) {
    case "absent":
      return { refusal: `the clone has no ${ref}`, oneSided: false };
    case "refused":
      return { refusal: fetched.reason, oneSided: false };
    case "fetched": {
      const { commit } = fetched;
      const [answer] = await Promise.all([
        commit === report.commit
          ? judge({ view, merges, request, quarantine, known }, commit)
          : { refusal: `the report names ${oneLine(report.commit, 64)}, but ${ref} is ${commit}`, oneSided: false },
        quarantine.release(commit, known),
      ]);
      return { ...answer, commit };
    }
  }
}

async function judge({ view, merges, request, quarantine }: Taking, commit: Oid): Promise<PolicyAnswer> {
  const { order, report } = request;
  const pairs = order.merge === undefined ? [] : [{ target: order.start, source: order.merge }];
  const [conflict] = await merges.test(pairs);
  const [raw] = conflict?.kind === "conflict" ? await mergeTrees(view, pairs) : [];
  return checkPolicy({ git: quarantine.git, order, state: report.state, commit, conflict, marked: raw?.tree });
}
