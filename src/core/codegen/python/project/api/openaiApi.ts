import type { GeneratedFile } from '../../GeneratedFile.ts';
import { servedAs, seesAllParts, takesCallersTools } from '../../workflow/servedModel.ts';
import type { WorkflowModule } from '../workflowModules.ts';
import { answered, printed, type Described } from './operation.ts';
import { chatRequest, responsesRequest, type Served } from './openaiRequests.ts';
import { openaiAnswers } from './openaiSchemas.ts';
import { component } from './publicSchema.ts';
import { securityOf } from './security.ts';

/** What `/openapi.json` says of the routes on which OpenAI's clients ask; none where no workflow is served as a model. */
export function describeModels(workflows: readonly WorkflowModule[]): readonly GeneratedFile[] {
  const checked = workflows.map(({ plan }) => plan.checked);
  const found = checked.flatMap(({ trigger }) => servedAs(trigger) ?? []);
  if (found.length === 0) return [];
  const served: Served = {
    models: found.map(({ openai }) => openai.model),
    textOnly: !found.some(seesAllParts),
    callerTools: checked.some((each) => servedAs(each.trigger) !== undefined && takesCallersTools(each)),
  };
  const asked = securityOf(checked.map(({ trigger }) => trigger).filter((each) => servedAs(each) !== undefined));
  // A list has what its caller may ask, which may be nothing.
  const listed = asked.security === undefined ? {} : { security: [{}, ...asked.security] };
  const answer = (type: string, stream?: Described): Described =>
    withErrors(answered({ 'application/json': { schema: component(type) }, ...stream }));
  const path = {
    parameters: [{ name: 'model', in: 'path', required: true, schema: { type: 'string', enum: served.models } }],
  };
  const operations = {
    createChatCompletion: {
      ...asked,
      description: 'Answers a conversation, in the language of OpenAI. A stream ends with `data: [DONE]`.',
      requestBody: body('ChatCompletionRequest'),
      responses: answer('ChatCompletion', events('ChatCompletionChunk')),
    },
    createResponse: {
      ...asked,
      description: 'Answers a conversation, in the language of OpenAI. Nothing is kept between two requests.',
      requestBody: body('ResponseRequest'),
      responses: answer('ModelResponse', events('ResponseStreamEvent')),
    },
    listModels: { ...listed, responses: answer('ModelList') },
    retrieveModel: { ...asked, ...path, responses: answer('Model') },
  };
  const schemas = {
    ...openaiAnswers,
    ChatCompletionRequest: chatRequest(served),
    ResponseRequest: responsesRequest(served),
  };
  return Object.entries(operations).map(([name, operation]) => ({
    path: `app/openai_api/${name}.api.json`,
    content: printed({ operation, schemas: referred(operation, schemas) }),
  }));
}

/** Those that something refers to, and those that these refer to in turn. */
function referred<Schema extends object>(
  from: object,
  schemas: Readonly<Record<string, Schema>>,
): Record<string, Schema> {
  const found: Record<string, Schema> = {};
  const waiting: object[] = [from];
  for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
    for (const [, name = ''] of JSON.stringify(each).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      const schema = schemas[name];
      if (schema === undefined || name in found) continue;
      found[name] = schema;
      waiting.push(schema);
    }
  }
  return found;
}

function body(type: string): Described {
  return { required: true, content: { 'application/json': { schema: component(type) } } };
}

/** An event is its data alone, or has its type for a name besides. */
function events(type: string): Described {
  const data = { type: 'string', contentMediaType: 'application/json', contentSchema: component(type) };
  return {
    'text/event-stream': { itemSchema: { type: 'object', required: ['data'], properties: { data } } },
  };
}

function withErrors(answer: Described): Described {
  const content = { 'application/json': { schema: component('OpenAIError') } };
  const headers = { 'x-should-retry': { schema: { type: 'string', enum: ['true', 'false'] } } };
  const retry = {
    'retry-after': { description: 'Seconds to wait, where that is known.', schema: { type: 'integer' } },
  };
  const of = (description: string): Described => answered(content, { ...headers, ...retry }, description);
  return {
    200: answer,
    '4XX': of('The request is refused; `error.code` and `error.message` say why.'),
    '5XX': of('The service, or who it asks, has failed; `error.code` says how.'),
  };
}
