// Signals by name, and which of them end an instance. Pure.

/** Signals that a supervisor lives on with: it takes them, or the system ignores, stops or continues it. */
const survived: ReadonlySet<string> = new Set([
  ...["SIGUSR1", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGWINCH"],
]);

export function endsInstance(signal: string): boolean {
  return !survived.has(signal);
}
