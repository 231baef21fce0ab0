/** What a caller is told of a run that has not ended in time, as OpenAPI describes it. */
export const laterAnswer: Readonly<Record<string, unknown>> = {
  description: 'The run goes on; it can be asked for where `location` says.',
  headers: { location: { schema: { type: 'string' } }, 'retry-after': { schema: { type: 'integer' } } },
  content: {
    'application/json': {
      schema: {
        type: 'object',
        required: ['id', 'workflow', 'status', 'links'],
        properties: {
          id: { type: 'string' },
          workflow: { type: 'string' },
          status: { const: 'running' },
          links: {
            type: 'object',
            required: ['self', 'events'],
            properties: { self: { type: 'string' }, events: { type: 'string' } },
          },
        },
      },
    },
  },
};
