import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import type { Keyword } from '../../syntax/tree.ts';

const entries = 'app.durable.queue_entries';

/** The queue is a constant; entries are given to it. */
export const enqueue: NodeCodeGenerator<'enqueue'> = {
  callsOut: true,
  imports: ['QueueEntries', 'QueuedEntry'],
  valueType: () => py.imported(entries, 'QueuedEntry'),
  annotates: () => false,
  value: ({ id, config: { args, key, urgency, delay } }, scope) => {
    const queue = scope.checked.queues.get(id);
    if (queue === undefined) throw new Error(`check lets no node ${id} through that has no queue`);
    const made = py.call(
      py.imported(entries, 'QueueEntries'),
      py.literal(id),
      py.literal(queue.trigger.config.queue),
      ...(urgency === 3 ? [] : [py.keyword('urgency', py.literal(urgency))]),
      ...(delay === undefined ? [] : [py.keyword('delay', py.literal(delay))]),
    );
    const put = py.attribute(scope.constant(id, undefined, made), 'put');
    const entry = py.dict(Object.entries(args).map(([name, value]) => py.entry(name, scope.json(value))));
    const given: readonly Keyword[] = key === undefined ? [] : [py.keyword('key', scope.text(key))];
    return py.awaited(py.call(put, py.name('ctx'), entry, ...given));
  },
};
