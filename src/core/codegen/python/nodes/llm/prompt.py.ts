import type { NodeCodeGenerator, NodeScope } from '../../NodeCodeGenerator.ts';
import type { NodeOf } from '../../../../workflow/types.ts';
import * as py from '../../syntax/build.ts';
import type { Expr } from '../../syntax/tree.ts';

type PromptMessage = NodeOf<'promptTemplate'>['config']['messages'][number];

/** One message as the wire format has it. */
export function messageDict(message: PromptMessage, scope: NodeScope): Expr {
  const entries = [py.entry('role', py.literal(message.role)), py.entry('content', scope.text(message.content))];
  if (message.name !== undefined) entries.push(py.entry('name', py.literal(message.name)));
  return py.dict(entries);
}

export const promptTemplate: NodeCodeGenerator<'promptTemplate'> = {
  awaits: false,
  valueType: py.subscript(py.name('list'), py.imported('app.nodes.llm.openai', 'Message')),
  annotates: true,
  value: (node, scope) => py.list(node.config.messages.map((message) => messageDict(message, scope))),
};
