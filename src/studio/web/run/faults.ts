import type { Fault } from '../../protocol/index.ts';

/** What providers do to everyone sooner or later, the most usual first. */
const usual = [
  'rate_limited_seconds',
  'overloaded',
  'server_error',
  'unavailable',
  'slow_first_token',
  'stall',
  'cut',
  'error_in_stream',
  'context_length_exceeded',
  'invalid_api_key',
  'insufficient_quota',
  'model_retired',
  'length',
  'refusal',
  'content_filter',
  'invalid_arguments',
] as const;

export interface FaultGroup {
  readonly title: string;
  readonly faults: readonly Fault[];
}

/** Faults as one looks for them: the usual ones, then all others by what they are about. */
export function faultGroups(faults: readonly Fault[]): readonly FaultGroup[] {
  const known = new Map(faults.map((fault) => [fault.name, fault]));
  const first = usual.flatMap((name) => known.get(name) ?? []);
  const groups = new Map<string, Fault[]>(first.length === 0 ? [] : [['What happens most', first]]);
  for (const fault of faults) {
    if (first.includes(fault)) continue;
    const group = groups.get(fault.group);
    if (group === undefined) groups.set(fault.group, [fault]);
    else group.push(fault);
  }
  return [...groups].map(([title, own]) => ({ title, faults: own }));
}

/** "Rate limited seconds" for `rate_limited_seconds`. */
export function faultTitle(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
