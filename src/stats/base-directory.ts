/** A base directory as sccache shows it. */
export function withSlash(directory: string): string {
  return directory.endsWith('/') ? directory : `${directory}/`;
}
