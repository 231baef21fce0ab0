import { inputOf } from '../../../../workflow/trigger.ts';
import { meaningOf, type JsonSchema } from '../../../../workflow/jsonSchema.ts';
import { isModelNode, type ModelNode } from '../../../../workflow/modelNodes.ts';
import { misfit } from '../../../../workflow/schemaFit.ts';
import type { Plan } from '../../plan/plan.ts';
import { sampleObject } from '../sample.ts';
import { isCalledNode, resultsOf } from './calledNodes.ts';
import { plainAnswer } from './plainAnswer.ts';
import { ReadShapes } from './shapes.ts';
import { isJsonObject, type JsonObject, type ToldAnswer, type Trial } from './trial.ts';

/** A run with more model calls than this is left to the simulated OpenAI: nobody reads so many answers in a test. */
const mostAnswers = 10;

/** Whether tests tell models what to answer, in which case they go by what the models are sent. */
export function tellsAnswers({ checked }: Plan): boolean {
  let completions = 0;
  for (const node of checked.file.nodes) {
    if (isModelNode(node)) completions += 1;
    if (completions > mostAnswers) return false;
  }
  return completions > 0;
}

/** The simplest run: only what the input requires, every model answers in text, every function gives what is read of it. */
export function baseTrial(plan: Plan): Trial {
  const { file, trigger } = plan.checked;
  const shapes = new ReadShapes(file);
  const completions = file.nodes.filter(isModelNode);
  const answers = (completions.length > mostAnswers ? [] : completions).map((node): [string, ToldAnswer] => [
    node.id,
    answerOf(node, shapes),
  ]);
  return {
    input: sampleObject(inputOf(trigger)),
    env: Object.fromEntries(file.env.map((name) => [name, variableValue(name)])),
    answers: new Map(answers),
    results: resultsOf(plan, file.nodes.filter(isCalledNode), shapes),
    failing: new Set(),
  };
}

/** What a test sets a declared variable to. */
export function variableValue(name: string): string {
  return `test ${name.toLowerCase()}`;
}

/** The input with its optional properties as well, where they may be together, for runs that cannot do without one. */
export function fullInput(schema: JsonSchema): JsonObject {
  const means = meaningOf(schema);
  const full = sampleObject({ ...means, required: Object.keys(means.properties ?? {}) });
  return misfit(full, schema) === undefined ? full : sampleObject(schema);
}

function answerOf(node: ModelNode, shapes: ReadShapes): ToldAnswer {
  const read = node.config.responseFormat === 'json_object' ? shapes.of(node.id, 'output', ['parsed'], '') : '';
  return plainAnswer(node, isJsonObject(read) ? read : { answer: node.id });
}
