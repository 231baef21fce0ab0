/** A time as services say it, in milliseconds since the epoch; undefined where there is none. */
export function timeOf(text: string | null | undefined): number | undefined {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? undefined : at;
}
