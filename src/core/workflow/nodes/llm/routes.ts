import * as z from 'zod';

import { templateString } from '../../expressions/templateSchema.ts';
import { formHints } from '../../formHints.ts';
import type { JsonPath } from '../../json.ts';
import { reasoningEfforts } from '../../models/facts.ts';
import { accountShape } from './account.ts';
import { apiShape, extraShape } from './api.ts';
import { cacheShape } from './cache.ts';
import { answerLimitShape, callLimitShape } from './limits.ts';
import { groqReasoningShape, reasoningShape } from './reasoning.ts';
import { samplingShape, topKShape } from './sampling.ts';
import { speedShape } from './speed.ts';
import { thinkingShape } from './thinking.ts';

export const strategies = ['cost', 'speed', 'quality', 'balanced', 'custom'] as const;
export type Strategy = (typeof strategies)[number];

/** What a route can set for itself: whatever some provider's node has besides messages, tools and the form of the answer. */
const settingsSchema = z.strictObject({
  baseModel: z
    .string()
    .optional()
    .describe('The model of the catalog that a deployment or an alias stands for; it is not sent'),
  ...answerLimitShape,
  ...samplingShape,
  ...topKShape,
  ...accountShape,
  serviceTier: z.string().optional().describe('How the call is processed, in the words of the provider'),
  reasoningEffort: z
    .enum([...reasoningEfforts, 'default'])
    .optional()
    .describe('How long a reasoning model thinks'),
  verbosity: reasoningShape.verbosity,
  reasoningFormat: groqReasoningShape.reasoningFormat,
  ...thinkingShape,
  cache: cacheShape.cache.unwrap().optional().describe('What of the prompt is cached'),
  ...speedShape,
  ...callLimitShape,
  ...extraShape,
  api: apiShape.api.unwrap().optional().describe('The API that is called'),
});

const modelShape = {
  provider: z
    .string()
    .describe('openai, anthropic, groq, azure, or the name of a server as compatibleCompletion has it')
    .register(formHints, { isPrimary: true, choices: 'providers' }),
  model: templateString.describe('The name of the model').register(formHints, { isPrimary: true, choices: 'models' }),
  config: settingsSchema
    .default({})
    .describe('Settings of this route, by the names that the node of its provider has for them'),
};

const routeSchema = z.strictObject({
  condition: templateString
    .optional()
    .describe('One expression, or always, which is also what leaving it out means')
    .register(formHints, { isPrimary: true }),
  ...modelShape,
  weight: z
    .number()
    .positive()
    .optional()
    .describe('Neighbours with weights share the calls by them, where the strategy is custom'),
});
export type Route = z.output<typeof routeSchema>;

/** Which models a router has, and how it chooses among them. */
export const routesShape = {
  strategy: z
    .enum(strategies)
    .default('balanced')
    .describe('The cheapest that can, the fastest, the best, the best of all three, or the first whose condition holds')
    .register(formHints, { isPrimary: true }),
  routes: z
    .array(routeSchema)
    .min(1)
    .describe('The models that can answer; the next is asked where one cannot')
    .register(formHints, { isPrimary: true }),
  fallback: z
    .strictObject(modelShape)
    .optional()
    .describe('The model that is asked last')
    .register(formHints, { group: 'Answer' }),
  onCut: z
    .enum(['error', 'restart'])
    .default('error')
    .describe('What happens to a stream that breaks off: an error, or another model begins anew after a restart event')
    .register(formHints, { group: 'Limits' }),
  hedgeAfterMs: z
    .number()
    .min(0)
    .default(0)
    .describe(
      'After so many milliseconds without a token the next model tries as well, and both are paid for; 0: never',
    )
    .register(formHints, { group: 'Limits' }),
  sticky: templateString
    .optional()
    .describe('Calls with the same value go to the same model, such as those of one user')
    .register(formHints, { group: 'More' }),
};

/** What of a router's config says which models it has. */
export type RoutesConfig = z.output<z.ZodObject<typeof routesShape>>;

/** A route, or the fallback, and where it stands in its node's config. */
export interface PlacedRoute {
  readonly path: JsonPath;
  readonly route: Pick<Route, 'provider' | 'model' | 'config'>;
}

/** The models that a node can ask, and the settings that go for all of them. */
export interface Routed {
  readonly routes: readonly PlacedRoute[];
  readonly shared: Readonly<Record<string, unknown>>;
}

export function routedBy(config: RoutesConfig): Routed {
  const { routes, fallback } = config;
  const placed = routes.map((route, index) => ({ path: ['routes', index], route }));
  const shared = Object.fromEntries(Object.entries(config).filter(([key]) => !(key in routesShape)));
  return { routes: fallback === undefined ? placed : [...placed, { path: ['fallback'], route: fallback }], shared };
}

/** Whether a route is chosen whatever the request, should none before it have been. */
export function isAlways({ condition }: Pick<Route, 'condition'>): boolean {
  return condition === undefined || condition.constant?.trim() === 'always';
}
