import { error, quoted, warning } from '../entry.ts';

/** What is wrong with the routes of a router. */
export const routeCodes = {
  'foreign-route-setting': error<{ key: string; provider: string; route: string }>({
    message: ({ key, provider, route }) => `${route} asks ${provider}, whose node has no \`${key}\`.`,
    why: 'The setting could not be sent, and the model would answer otherwise than it says.',
    whatToDo: 'Remove it, or move it into the `config` of the routes whose providers have it.',
  }),
  'foreign-route-value': error<{ key: string; value: string; provider: string; route: string }>({
    message: ({ key, value, provider, route }) =>
      `${route} asks ${provider}, whose node does not take ${value} for \`${key}\`.`,
    why: 'The provider would refuse the request.',
    whatToDo: 'Choose a value that the node of the provider takes; `catalyst nodes` lists them.',
  }),
  'doubtful-route-provider': warning<{ provider: string; route: string }>({
    message: ({ provider, route }) => `${route} asks ${quoted(provider)}, which is no provider that is known.`,
    why: 'Any name can be that of a server of yours, whose address and key are then in NAME_BASE_URL and NAME_API_KEY.',
    whatToDo: 'Correct the name if it is misspelt.',
  }),
  'unreachable-route': warning<{ route: string; before: string }>({
    message: ({ route, before }) => `${route} is never chosen, as ${before} always is before it.`,
    why: 'The first route whose condition holds is chosen; those behind are asked only where it cannot answer.',
    whatToDo: 'Put it before the one that always holds, give that one a condition, or make it the `fallback`.',
  }),
  'router-without-last-route': warning<{ node: string }>({
    message: ({ node }) => `${quoted(node)} has no model for a request that no condition holds for.`,
    why: 'Such a request ends with the error `no_route`.',
    whatToDo: 'Add a route whose condition is `always`, or a `fallback`.',
  }),
  'weight-without-effect': warning<{ route: string; strategy: string }>({
    message: ({ route, strategy }) => `The weight of ${route} says nothing, as the strategy is ${quoted(strategy)}.`,
    why: 'Weights share the calls among neighbours that are chosen in the order in which they are written.',
    whatToDo: 'Remove it, or set the strategy to `custom`.',
  }),
  'unranked-route': warning<{ route: string; model: string; what: string }>({
    message: ({ route, model, what }) => `Nobody knows ${what} of ${quoted(model)}, so that ${route} is asked last.`,
    why: 'The strategy goes by the catalog, which does not have it.',
    whatToDo: 'Name the model that it stands for in `baseModel`, choose a model of the catalog, or another strategy.',
  }),
} as const;
