import type { TemplateJson } from '../../../../workflow/expressions/syntax.ts';
import type { NodeOf } from '../../../../workflow/types.ts';
import type { NodeCodeGenerator, NodeScope } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import type { Expr, Keyword } from '../../syntax/tree.ts';
import { resultAnnotation } from '../resultType.ts';

type Config = NodeOf<'conversation'>['config'];

/** Limits are a constant; the operation is a method of it. */
export const conversation: NodeCodeGenerator<'conversation'> = {
  callsOut: true,
  imports: ['Conversation'],
  settings: [
    'app/outside/postgres.py',
    'app/runtime/redis_settings.py',
    'app/outside/sqlite.py',
    'app/outside/queries.py',
  ],
  shared: py.imported('app.outside.conversations', 'ConversationStore'),
  valueType: (node, scope) => resultAnnotation(node, scope, node.id),
  annotates: () => true,
  value: (node, scope) => {
    const { config } = node;
    const limits = [
      ...limit('max_tokens', config.maxTokens),
      ...limit('max_messages', config.maxMessages),
      ...limit('max_age_seconds', config.maxAgeSeconds),
    ];
    const made = py.call(
      py.imported('app.outside.conversations', 'Conversation'),
      py.keyword('node', py.literal(node.id)),
      ...limits,
    );
    const method = py.attribute(scope.constant(node.id, undefined, made), config.operation);
    return py.awaited(py.call(method, py.name('ctx'), scope.text(config.session), ...argumentsOf(config, scope)));
  },
};

function limit(
  name: 'max_tokens' | 'max_messages' | 'max_age_seconds',
  value: number | undefined,
): readonly (Expr | Keyword)[] {
  return value === undefined ? [] : [py.keyword(name, py.literal(value))];
}

function argumentsOf({ operation, turn, until, summary }: Config, scope: NodeScope): readonly (Expr | Keyword)[] {
  const needed = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error(`check lets no ${operation} through that lacks something`);
    return value;
  };
  if (operation === 'append') return [scope.json(needed<TemplateJson>(turn))];
  if (operation !== 'compact') return [];
  return [py.keyword('until', scope.value(needed(until))), py.keyword('summary', scope.text(needed(summary)))];
}
