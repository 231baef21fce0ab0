import { Template } from '../../../../workflow/expressions/syntax.ts';
import type { Json } from '../../../../workflow/json.ts';
import type { NodeOf } from '../../../../workflow/types.ts';
import type { NodeCodeGenerator, NodeScope } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import type { DictEntry, Expr } from '../../syntax/tree.ts';
import { messageDict } from './prompt.py.ts';

type Config = NodeOf<'openaiCompletion'>['config'];

const module = 'app.nodes.llm.openai';

/**
 * A completion becomes one call. What never changes is a constant beside it; only what holds expressions is built per run.
 * Wire names: https://platform.openai.com/docs/api-reference/chat/create
 */
export const openaiCompletion: NodeCodeGenerator<'openaiCompletion'> = {
  awaits: true,
  valueType: py.imported(module, 'OpenAICompletion'),
  annotates: false,
  value: (node, scope) => {
    const { constant, dynamic } = parameters(node.config, scope);
    const config =
      constant.length === 0
        ? undefined
        : scope.constant(node.id, py.imported(module, 'OpenAIConfig'), py.dict(constant));
    const request =
      config === undefined
        ? py.dict(dynamic)
        : dynamic.length === 0
          ? config
          : py.dict([py.spread(config), ...dynamic]);
    const options = [py.keyword('node', py.literal(node.id))];
    if (scope.streamed) options.push(py.keyword('streamed', py.attribute(py.name('ctx'), 'streaming')));
    return py.awaited(py.call(py.imported(module, 'complete'), py.name('ctx'), request, ...options));
  },
  decision: {
    type: py.union(py.imported(module, 'FunctionCall'), py.literal(null)),
    whenTrue: 1,
    hint: 'call',
    value: (_node, _scope, completion) => py.subscript(completion, 'function_call'),
  },
};

/** The request's parameters by wire name, those that are the same in every run apart from those that are not. */
function parameters(config: Config, scope: NodeScope): { constant: DictEntry[]; dynamic: DictEntry[] } {
  const constant: DictEntry[] = [];
  const dynamic: DictEntry[] = [];
  const add = (name: string, value: Template | number | undefined): void => {
    if (value === undefined) return;
    if (typeof value === 'number') constant.push(py.entry(name, py.literal(value)));
    else if (value.constant !== undefined) constant.push(py.entry(name, py.literal(value.constant)));
    else dynamic.push(py.entry(name, scope.value(value)));
  };
  add('model', config.model);
  add('max_tokens', config.maxTokens);
  add('temperature', config.temperature);
  if (config.responseFormat !== 'text') constant.push(py.entry('response_format', py.literal(config.responseFormat)));
  if (config.functions.length > 0) {
    const specs = config.functions.map((spec) =>
      scope.constant(spec.name, py.imported(module, 'FunctionSpec'), py.literal(spec as unknown as Json)),
    );
    constant.push(py.entry('functions', py.list(specs)));
  }
  if (config.functionCall !== undefined) constant.push(py.entry('function_call', py.literal(config.functionCall)));
  const conversation = messages(config, scope);
  (isConstant(conversation) ? constant : dynamic).push(py.entry('messages', conversation));
  return { constant, dynamic };
}

function messages(config: Config, scope: NodeScope): Expr {
  const before: Expr[] = [];
  if (config.systemPrompt !== undefined) before.push(message('system', scope.text(config.systemPrompt)));
  if (config.prompt !== undefined) return py.list([...before, message('user', scope.text(config.prompt))]);
  if (config.messages instanceof Template) {
    const given = scope.value(config.messages);
    return before.length === 0 ? given : py.list([...before, py.starred(given)]);
  }
  return py.list([...before, ...(config.messages ?? []).map((each) => messageDict(each, scope))]);
}

function message(role: 'system' | 'user', content: Expr): Expr {
  return py.dict([py.entry('role', py.literal(role)), py.entry('content', content)]);
}

function isConstant(value: Expr): boolean {
  if (value.kind === 'list') return value.items.every(isConstant);
  if (value.kind === 'dict') return value.entries.every((entry) => 'key' in entry && isConstant(entry.value));
  return value.kind === 'literal';
}
