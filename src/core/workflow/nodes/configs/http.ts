import * as z from 'zod';

import { inputSchema } from '../../jsonSchemaShape.ts';
import { templateJson } from '../../expressions/templateSchema.ts';
import { formHints } from '../../formHints.ts';
import { defineNode } from '../definition.ts';
import { asText } from '../summary.ts';
import { withFiles } from '../requestBody.ts';
import { rawAnswer } from './rawAnswer.ts';
import { budgetField } from './budget.ts';
import { doorFields } from './door.ts';
import { servedModelShape } from './servedModel.ts';
import { servedToolShape } from './servedTool.ts';
import { requestBody } from './requestBody.ts';

export const httpEndpoint = defineNode({
  type: 'httpEndpoint',
  category: 'trigger',
  name: 'HTTP Endpoint',
  description: 'Starts a run when a request arrives; its input is validated against a schema',
  icon: 'Globe',
  color: 'bg-emerald-500',
  inputs: [],
  outputs: [{ id: 'output', name: 'Input', type: 'default' }],
  defaultConfig: {
    method: 'POST',
    path: '/run',
    stream: 'auto',
    inputSchema: { type: 'object', required: ['message'], properties: { message: { type: 'string' } } },
  },
  configSchema: z
    .strictObject({
      method: z
        .enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
        .default('POST')
        .describe('The HTTP method')
        .register(formHints, { isPrimary: true }),
      path: z.string().describe('The path of the endpoint, such as /chat').register(formHints, { isPrimary: true }),
      inputSchema: inputSchema
        .default({ type: 'object', properties: {} })
        .describe('JSON Schema of the input: the body of the request, or the query of a GET or DELETE')
        .register(formHints, { title: 'Input', isPrimary: true }),
      stream: z
        .enum(['auto', 'always', 'never'])
        .default('auto')
        .describe('auto: the Accept header decides; always and never: it has no say')
        .register(formHints, { isPrimary: true }),
      budget: budgetField,
      ...requestBody,
      ...doorFields,
      ...servedModelShape,
      ...servedToolShape,
    })
    .overwrite(withFiles),
  awaits: false,
  supportsStreaming: false,
  newId: 'request',
  summary: ({ method = 'POST', path }) => `${asText(method)} ${asText(path)}`,
  role: 'trigger',
  values: (config) => ({ output: config.inputSchema }),
  shared: (config) => config,
});

export const response = defineNode({
  type: 'response',
  category: 'output',
  name: 'Response',
  description: 'Answers the caller',
  icon: 'Reply',
  color: 'bg-sky-500',
  inputs: [
    { id: 'input', name: 'Input', type: 'default' },
    { id: 'stream', name: 'Stream', type: 'stream' },
  ],
  outputs: [],
  defaultConfig: { output: '' },
  configSchema: z.strictObject({
    output: templateJson
      .describe('What the caller gets: any JSON, with expressions in its strings')
      .register(formHints, { isPrimary: true }),
    status: z
      .int()
      .min(200)
      .max(599)
      .default(200)
      .describe('The HTTP status of an answer in one piece')
      .register(formHints, { isPrimary: true }),
    ...rawAnswer,
  }),
  awaits: false,
  supportsStreaming: true,
  newId: 'reply',
  newConfig: ({ value }) => ({ output: value }),
  summary: ({ output, status }) => (status === undefined ? asText(output) : `${asText(status)} ${asText(output)}`),
  role: 'response',
  values: () => ({}),
  shared: ({ folder }) => folder,
});
