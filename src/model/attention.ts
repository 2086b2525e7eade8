// What needs a person, as a plan finds it. Plain data.

export interface Attention {
  readonly kind:
    | "file"
    | "blocked"
    | "unassigned"
    | "ambiguous"
    | "held"
    | "role-held"
    | "waiting"
    | "approval"
    | "person-red"
    | "person-conflict"
    | "person-unmerged"
    | "undo-red"
    | "undo-conflict"
    | "rewritten"
    | "foreign-branch"
    | "setup-failed"
    | "refused"
    | "budget"
    | "no-image"
    | "service"
    | "broken"
    | "base-red"
    | "base-rewritten"
    | "land-red"
    | "land-conflict"
    | "no-beads"
    | "epic-closed"
    | "up-blocked"
    | "other-epic"
    | "other-tracker"
    | "other-runtime"
    | "pull-request"
    | "no-remote"
    | "remote-moved"
    | "remote-refused";
  /** Bead, role, branch or gate. */
  readonly subject: string;
  readonly reason: string;
  /** Commands to type, most likely first. */
  readonly commands: readonly string[];
}
