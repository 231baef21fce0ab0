import type { ModelNode } from '../../../../workflow/modelNodes.ts';
import { sentFormat } from '../../../../workflow/sentSchema.ts';
import { sampleOf } from '../sample.ts';
import type { JsonObject, ToldAnswer } from './trial.ts';

/** An answer limited to fewer tokens than this is one word. */
const fewTokens = 20;

/** What the model of a node says when it calls nothing: a sentence with the node's name, or JSON of the form asked for. */
export function plainAnswer({ id, config }: ModelNode, json: JsonObject): ToldAnswer {
  const { responseFormat, stop = [], maxTokens } = config;
  if (responseFormat === 'json_object') return { kind: 'json', value: json };
  if (responseFormat !== 'text') return { kind: 'json', value: sampleOf(sentFormat(responseFormat).schema, id, true) };
  const text = typeof maxTokens === 'number' && maxTokens < fewTokens ? 'Yes' : `Answer of ${id}.`;
  // The answer ends before a text at which it is to stop.
  const ends = [stop]
    .flat()
    .map((each) => text.indexOf(each))
    .filter((place) => place > 0);
  return { kind: 'text', text: text.slice(0, Math.min(text.length, ...ends)) };
}
