import { Template } from '../../../../workflow/expressions/syntax.ts';
import { templatesIn } from '../../../../workflow/expressions/templateSchema.ts';
import type { NodeOf, WorkflowNode } from '../../../../workflow/types.ts';
import type { Plan } from '../../plan/plan.ts';
import { handleOfPath } from '../../plan/variables.ts';
import type { Concurrency } from './concurrency.ts';

const longest = 60;

/**
 * A text by which the requests of a node can be told from those that may come at the same time: a line of its own
 * messages that stands in none of theirs. Undefined when there is none.
 */
export function recognized(plan: Plan, node: NodeOf<'openaiCompletion'>, concurrency: Concurrency): string | undefined {
  const others = concurrency.beside(node.id).flatMap((id) => fixedTexts(plan, plan.checked.graph.nodes.get(id)));
  return fixedTexts(plan, node)
    .flatMap((text) => text.split('\n'))
    .map((line) => shortened(line.trim()))
    .find((line) => line.length > 2 && !others.some((other) => other.includes(line)));
}

function shortened(line: string): string {
  if (line.length <= longest) return line;
  const end = line.lastIndexOf(' ', longest);
  return line.slice(0, end > 0 ? end : longest);
}

/** The parts of a node's messages that are the same in every run. */
function fixedTexts(plan: Plan, node: WorkflowNode | undefined): readonly string[] {
  if (node?.type === 'promptTemplate') return textParts(node.config.messages);
  if (node?.type !== 'openaiCompletion') return [];
  const { systemPrompt, prompt, messages } = node.config;
  const path =
    messages instanceof Template && messages.single?.kind === 'path' ? handleOfPath(messages.single) : undefined;
  const behind = path === undefined ? undefined : plan.checked.graph.nodes.get(path.node);
  return [
    ...textParts([systemPrompt, prompt, messages]),
    ...(behind?.type === 'promptTemplate' ? fixedTexts(plan, behind) : []),
  ];
}

function textParts(config: unknown): readonly string[] {
  return templatesIn(config).flatMap(({ template }) =>
    template.parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])),
  );
}
