import { Template } from '../../../../workflow/expressions/syntax.ts';
import type { NodeOf } from '../../../../workflow/types.ts';
import type { NodeCodeGenerator, NodeScope } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import type { DictEntry, Expr } from '../../syntax/tree.ts';

type PromptMessage = NodeOf<'promptTemplate'>['config']['messages'][number];
type ContentPart = Exclude<PromptMessage['content'], Template>[number];

/** One message as the wire format has it; source: https://platform.openai.com/docs/api-reference/chat/create */
export function messageDict(message: PromptMessage, scope: NodeScope): Expr {
  const { role, content, name, toolCallId } = message;
  const sent =
    content instanceof Template ? scope.text(content) : py.list(content.map((part) => partDict(part, scope)));
  return py.dict([
    py.entry('role', py.literal(role)),
    py.entry('content', sent),
    ...(name === undefined ? [] : [py.entry('name', py.literal(name))]),
    ...textEntry('tool_call_id', toolCallId, scope),
  ]);
}

function partDict(part: ContentPart, scope: NodeScope): Expr {
  const typed = (type: string, ...entries: readonly DictEntry[]): Expr =>
    py.dict([py.entry('type', py.literal(type)), ...entries]);
  switch (part.type) {
    case 'text':
      return typed('text', py.entry('text', scope.text(part.text)));
    case 'image': {
      const detail = part.detail === undefined ? [] : [py.entry('detail', py.literal(part.detail))];
      return typed('image_url', py.entry('image_url', py.dict([py.entry('url', scope.text(part.url)), ...detail])));
    }
    case 'file': {
      const file = [
        ...textEntry('file_id', part.fileId, scope),
        ...textEntry('file_data', part.fileData, scope),
        ...textEntry('filename', part.filename, scope),
      ];
      return typed('file', py.entry('file', py.dict(file)));
    }
  }
}

function textEntry(key: string, value: Template | undefined, scope: NodeScope): readonly DictEntry[] {
  return value === undefined ? [] : [py.entry(key, scope.text(value))];
}

const messages = py.subscript(py.name('list'), py.imported('app.nodes.llm.openai', 'Message'));

export const promptTemplate: NodeCodeGenerator<'promptTemplate'> = {
  awaits: false,
  valueType: () => messages,
  annotates: () => true,
  value: (node, scope) => py.list(node.config.messages.map((message) => messageDict(message, scope))),
};
