/** A duration with as many digits as people need: `0.3 ms`, `26 ms`, `1.3 s`, `4 min 10 s`. */
export function durationText(micros: number): string {
  if (micros < 9_950) return `${(micros / 1000).toFixed(1)} ms`;
  if (micros < 999_500) return `${Math.round(micros / 1000)} ms`;
  if (micros < 59_950_000) return `${(micros / 1_000_000).toFixed(1)} s`;
  const seconds = Math.round(micros / 1_000_000);
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** How long ago something was, in milliseconds: `12 s ago`. */
export function agoText(milliseconds: number): string {
  return milliseconds < 1000
    ? 'just now'
    : `${durationText(Math.round(milliseconds / 1000) * 1_000_000).replace('.0 s', ' s')} ago`;
}

/** `1 miss`, `2 misses`. */
export function countText(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `1.5 GiB`. */
export function sizeText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const amount = bytes / 1024 ** power;
  return `${power === 0 || amount >= 99.95 ? Math.round(amount) : amount.toFixed(1).replace(/\.0$/, '')} ${units[power]}`;
}
