import { estimated, paceOf, scored, type Standing } from '../standing.ts';

const page = 'https://platform.claude.com/docs/en/models/overview';
const slower = paceOf('slower', page);
const moderate = paceOf('moderate', page);
const fast = paceOf('fast', page);
const fastest = paceOf('fastest', page);

export const standings: Readonly<Record<string, Standing>> = {
  'claude-fable-5-2': { quality: estimated(84), pace: slower },
  'claude-mythos-5-2': { quality: estimated(84), pace: slower },
  'claude-fable-5-1': { quality: estimated(82.5), pace: slower },
  'claude-mythos-5-1': { quality: estimated(82.5), pace: slower },
  'claude-fable-5': { quality: estimated(81), pace: slower },
  'claude-mythos-5': { quality: estimated(81), pace: slower },
  'claude-opus-5-5': { quality: scored(84.7), pace: moderate },
  'claude-opus-5': { quality: scored(80.5), pace: moderate },
  'claude-opus-4-8': { quality: estimated(77), pace: moderate },
  'claude-opus-4-7': { quality: estimated(76), pace: moderate },
  'claude-opus-4-6': { quality: estimated(74), pace: moderate },
  'claude-opus-4-5': { quality: estimated(71), pace: moderate },
  'claude-sonnet-5-5': { quality: scored(81.7), pace: fast },
  'claude-sonnet-5': { quality: scored(73.4), pace: fast },
  'claude-sonnet-4-6': { quality: estimated(72.5), pace: fast },
  'claude-sonnet-4-5': { quality: estimated(68), pace: fast },
  'claude-haiku-5-5': { quality: estimated(72), pace: fastest },
  'claude-haiku-4-5': { quality: estimated(64), pace: fastest },
};
