const UNITS = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 } as const;

/** Bytes of a size such as `10G` or `512m` (1024-based, as sccache reads them); undefined when it is not one. */
export function parseCacheSize(text: string): number | undefined {
  const match = /^(\d+)([KMGT]?)$/i.exec(text.trim());
  const [, digits, unit] = match ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  const factor = Object.entries(UNITS).find(([name]) => name === unit.toUpperCase())?.[1];
  const bytes = factor === undefined ? Number.NaN : Number(digits) * factor;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** The shortest text that gives this size: `10G`. */
export function cacheSizeText(bytes: number): string {
  const [unit, factor] = Object.entries(UNITS).findLast(([, size]) => bytes > 0 && bytes % size === 0) ?? ['', 1];
  return `${bytes / factor}${unit}`;
}
