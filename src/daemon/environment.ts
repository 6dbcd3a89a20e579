/** What the daemon reads; all else that its first client had is none of its business and is dropped. */
const KEPT = /^(?:SCCACHE_|XDG_|(?:HOME|PATH|LANG|USER|LOGNAME|SYSTEMROOT)$)/i;

/** Drops the caller's environment: a daemon that outlives its first client must not remember that client's TMPDIR. */
export function scrubEnvironment(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(environment)) if (!KEPT.test(name)) delete environment[name];
}
