/** What begins so comes first, what has it anywhere after that; letters that are far apart are no match. */
export function ranked(value: string, wanted: string): number {
  const place = value.toLowerCase().indexOf(wanted.trim().toLowerCase());
  return place < 0 ? 0 : 1 / (1 + place);
}
