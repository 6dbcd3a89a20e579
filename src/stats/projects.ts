import type { Counters } from './counters.ts';

/** What was counted of one project. */
export interface ProjectCounts {
  /** Its directory. */
  readonly name: string;
  readonly hits: number;
  readonly misses: number;
  readonly savedMicros: number;
}

/** The projects of all compiles, those with the most compiles first. */
export function projectsOf({ projectHits, projectMisses, projectSavedMicros }: Counters): readonly ProjectCounts[] {
  const names = [...new Set([...Object.keys(projectHits), ...Object.keys(projectMisses)])];
  return names
    .map((name) => ({
      name,
      hits: projectHits[name] ?? 0,
      misses: projectMisses[name] ?? 0,
      savedMicros: projectSavedMicros[name] ?? 0,
    }))
    .sort((one, other) => other.hits + other.misses - one.hits - one.misses || (one.name < other.name ? -1 : 1));
}
