import type { CheckedWorkflow } from '../checked.ts';
import { typeOfTemplateJson } from '../expressions/templateTypes.ts';
import { unansweredEnds } from '../graph/ends.ts';
import { anyOfSchemas, type JsonSchema } from '../jsonSchema.ts';
import { nodesOf } from './context.ts';

/** The type of what a workflow answers: that of one of its responses, or null where a run may end without any. */
export function answerType({ file, graph, branches, scopeOf }: CheckedWorkflow): JsonSchema {
  const answers = nodesOf(file, 'response').map((node) => typeOfTemplateJson(node.config.output, scopeOf(node)));
  const none: readonly JsonSchema[] = unansweredEnds(graph, branches).length > 0 ? [{ type: 'null' }] : [];
  return anyOfSchemas([...answers, ...none]);
}
