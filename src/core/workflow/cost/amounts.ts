/** A number of tokens as people read it; null is no limit. */
export function tokenAmount(count: number | null): string {
  return count === null ? 'unlimited' : count.toLocaleString('en');
}

/** US dollars, rounded up, as it is a limit; null is a price that nobody knows. */
export function dollarLimit(usd: number | null): string {
  return usd === null ? 'unknown' : `$${(Math.ceil(usd * 10_000 - 1e-6) / 10_000).toFixed(4)}`;
}
