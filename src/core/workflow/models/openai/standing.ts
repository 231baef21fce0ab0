import { estimated, paceOf, scored, type Standing } from '../standing.ts';

const page = 'https://developers.openai.com/api/docs/models';
const slower = paceOf('slower', page);
const moderate = paceOf('moderate', page);
const fast = paceOf('fast', page);
const fastest = paceOf('fastest', page);

export const standings: Readonly<Record<string, Standing>> = {
  'gpt-6.2-astra': { quality: estimated(86), pace: slower },
  'gpt-6.2-sol': { quality: estimated(84), pace: moderate },
  'gpt-6.1-sol': { quality: scored(83), pace: moderate },
  'gpt-6.1-terra': { quality: scored(83.5), pace: fast },
  'gpt-6-astra': { quality: estimated(85), pace: slower },
  'gpt-6-sol': { quality: scored(80.1), pace: moderate },
  'gpt-6-luna': { quality: estimated(75), pace: fastest },
  'gpt-5.6-sol': { quality: estimated(79), pace: moderate },
  'gpt-5.6-terra': { quality: scored(76.6), pace: fast },
  'gpt-5.6-luna': { quality: scored(75), pace: fastest },
  'gpt-5.5': { quality: estimated(78), pace: moderate },
  'gpt-5.4': { quality: estimated(76), pace: moderate },
  'gpt-5.4-mini': { quality: estimated(71), pace: fast },
  'gpt-5.4-nano': { quality: scored(67.7), pace: fastest },
  'gpt-5.2': { quality: estimated(73), pace: moderate },
  'gpt-5.1': { quality: estimated(70), pace: moderate },
  'gpt-4.1': { quality: estimated(56), pace: fast },
  'gpt-4.1-mini': { quality: estimated(50), pace: fastest },
  'gpt-4o': { quality: estimated(52), pace: fast },
  'gpt-4o-mini': { quality: estimated(45), pace: fastest },
};
