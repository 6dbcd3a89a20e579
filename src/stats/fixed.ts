/**
 * A number with a fixed count of decimals, rounded as Rust does (and so sccache): exact ties go to the even digit, where
 * `toFixed` goes up. 3.125 with two decimals is 3.12.
 *
 * @param value not negative
 */
export function toFixedEven(value: number, decimals: number): string {
  const nearest = value.toFixed(decimals);
  // A tie is an odd multiple of 10^-decimals / 2; among binary fractions these are the odd multiples of 2^-(decimals + 1).
  const isTie = (value * 2 ** (decimals + 1)) % 2 === 1;
  if (!isTie || Number(nearest.at(-1)) % 2 === 0) return nearest;
  return (value - 10 ** -decimals / 4).toFixed(decimals);
}
