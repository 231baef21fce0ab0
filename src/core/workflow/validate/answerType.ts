import type { CheckedWorkflow } from '../checked.ts';
import { typeOfTemplateJson } from '../expressions/templateTypes.ts';
import { unansweredEnds } from '../graph/ends.ts';
import { anyOfSchemas, type JsonSchema } from '../jsonSchema.ts';
import type { NodeOf } from '../types.ts';
import { nodesOf } from './context.ts';

/** What a run may end with. */
export interface Answer {
  /** Undefined of a run that ends without any. */
  readonly response: NodeOf<'response'> | undefined;
  readonly output: JsonSchema;
}

/** Every way in which a workflow answers. */
export function answersOf({ file, graph, branches, scopeOf }: CheckedWorkflow): readonly Answer[] {
  const answers: Answer[] = nodesOf(file, 'response').map((response) => ({
    response,
    output: typeOfTemplateJson(response.config.output, scopeOf(response)),
  }));
  if (answers.length === 0 || unansweredEnds(graph, branches).length > 0)
    answers.push({ response: undefined, output: { type: 'null' } });
  return answers;
}

/** The type of what a workflow answers: that of one of its responses, or null where a run may end without any. */
export function answerType(checked: CheckedWorkflow): JsonSchema {
  return anyOfSchemas(answersOf(checked).map(({ output }) => output));
}
