import { Template } from '../../../../workflow/expressions/syntax.ts';
import { promptBehind, type Conversation, type Message } from '../../../../workflow/validate/sentMessages.ts';
import type { NodeCodeGenerator, NodeScope } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import type { DictEntry, Expr } from '../../syntax/tree.ts';

type ContentPart = Exclude<Message['content'], Template>[number];

/** The items of a list of messages; what an expression gives is put in among them. */
export function conversation(messages: Conversation, scope: NodeScope): readonly Expr[] {
  return messages.map((message) =>
    message instanceof Template ? py.starred(messagesFrom(message, scope)) : messageDict(message, scope),
  );
}

/** What an expression gives as messages; what does not come from a prompt of the workflow has to be looked at. */
export function messagesFrom(template: Template, scope: NodeScope): Expr {
  const given = scope.value(template);
  if (promptBehind(scope.checked.graph, template) !== undefined) return given;
  const [part] = template.parts;
  const source = part?.kind === 'expression' ? part.source.trim() : template.source;
  return py.call(py.imported('app.llm.conversation', 'conversation'), given, py.literal(source));
}

/** One message as the wire format has it; source: https://platform.openai.com/docs/api-reference/chat/create */
function messageDict(message: Message, scope: NodeScope): Expr {
  const { role, content, name, toolCallId, cacheControl } = message;
  const parts = content instanceof Template ? [{ type: 'text' as const, text: content }] : content;
  const marked = cacheControl === undefined ? parts : [...parts.slice(0, -1), { ...lastOf(parts), cacheControl }];
  // A mark stands at a part, so that a text that has one is a part.
  const isText = content instanceof Template && cacheControl === undefined;
  const sent = isText ? scope.text(content) : py.list(marked.map((part) => partDict(part, scope)));
  return py.dict([
    py.entry('role', py.literal(role)),
    py.entry('content', sent),
    ...(name === undefined ? [] : [py.entry('name', py.literal(name))]),
    ...textEntry('tool_call_id', toolCallId, scope),
  ]);
}

function partDict(part: ContentPart, scope: NodeScope): Expr {
  const typed = (type: string, ...entries: readonly DictEntry[]): Expr =>
    py.dict([py.entry('type', py.literal(type)), ...entries, ...cacheEntry(part.cacheControl)]);
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

/** The mark of what is to be cached; source: https://platform.claude.com/docs/en/build-with-claude/prompt-caching */
export function cacheEntry(cacheControl: Message['cacheControl']): readonly DictEntry[] {
  if (cacheControl === undefined) return [];
  const life = cacheControl === true ? {} : cacheControl;
  return [py.entry('cache_control', py.literal({ type: 'ephemeral', ...life }))];
}

function lastOf(parts: readonly ContentPart[]): ContentPart {
  const last = parts.at(-1);
  if (last === undefined) throw new Error('The schema lets no message through that has no parts.');
  return last;
}

function textEntry(key: string, value: Template | undefined, scope: NodeScope): readonly DictEntry[] {
  return value === undefined ? [] : [py.entry(key, scope.text(value))];
}

const messages = py.subscript(py.name('list'), py.imported('app.llm.types', 'Message'));

export const promptTemplate: NodeCodeGenerator<'promptTemplate'> = {
  valueType: () => messages,
  annotates: () => true,
  value: (node, scope) => py.list(conversation(node.config.messages, scope)),
};
