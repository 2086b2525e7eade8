// What every bd is started with: the person's environment, and what keeps each generation quiet. Pure.

export interface Workspace {
  /** Folder that bd runs in. */
  readonly root: string;
  /** The `.beads` folder, absolute and known to exist: bd silently ignores one that does not. */
  readonly beadsDir: string;
}

/**
 * No daemon (0.47 starts one for any command), no questions, no telemetry (1.2 leaves a child process for it), and
 * replies without the envelope that only later generations know.
 */
export function bdEnvironment(
  inherited: Readonly<Record<string, string | undefined>>,
  { beadsDir }: Workspace,
  actor: string,
): Record<string, string> {
  const kept = Object.entries(inherited).flatMap(([name, value]) =>
    value === undefined || dropped.has(name) ? [] : [[name, value] as const],
  );
  return {
    ...Object.fromEntries(kept),
    BEADS_DIR: beadsDir,
    BEADS_NO_DAEMON: "1",
    BEADS_AUTO_START_DAEMON: "false",
    BD_NON_INTERACTIVE: "1",
    BD_DISABLE_METRICS: "1",
    CI: "true",
    BD_ACTOR: actor,
    BEADS_ACTOR: actor,
  };
}

/** Another database, another form of reply, or a session that is not the agents'. */
const dropped = new Set(["BD_JSON_ENVELOPE", "BEADS_DB", "BD_DB", "BD_NO_DB", "CLAUDE_SESSION_ID"]);
