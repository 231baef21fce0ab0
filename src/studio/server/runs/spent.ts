import { usageSchema, type Usage } from '../../../core/events.ts';
import type { RunUpdate } from '../../protocol/index.ts';

/** What the calls of models in a run took. Its answer says so itself; this is for a run that does not come to one. */
export class Spent {
  readonly #told: Usage[] = [];
  /** By the node's path, what it gave at each time it ran. */
  readonly #given = new Map<string, Usage[]>();

  add(update: RunUpdate): void {
    if (update.kind === 'event' && update.event === 'usage') {
      const usage = usageIn(update.data);
      if (usage !== undefined) this.#told.push(usage);
    } else if (update.kind === 'node_ended') {
      const usage = resultUsage(update.value);
      if (usage !== undefined) this.#given.set(update.node, [...(this.#given.get(update.node) ?? []), usage]);
    }
  }

  /** All of it; undefined where no model has said anything. A stream tells of each call, an answer in one piece of none. */
  sum(): Usage | undefined {
    const [first, ...others] = this.#told.length > 0 ? this.#told : this.#ofResults();
    return first === undefined ? undefined : others.reduce(plus, first);
  }

  /** What a workflow gives that a step calls may be the result of a model in there, which counts already. */
  #ofResults(): readonly Usage[] {
    const paths = [...this.#given.keys()];
    return [...this.#given].flatMap(([path, usages]) =>
      paths.some((other) => other.startsWith(`${path}/`)) ? [] : usages,
    );
  }
}

function usageIn(value: unknown): Usage | undefined {
  return usageSchema.strip().safeParse(value).data;
}

/** What the result of a model node says; its cost stands beside its counts. */
function resultUsage(value: unknown): Usage | undefined {
  if (typeof value !== 'object' || value === null || !('usage' in value) || typeof value.usage !== 'object')
    return undefined;
  return usageIn({ cost_usd: 'cost_usd' in value ? value.cost_usd : null, ...value.usage });
}

function plus(one: Usage, other: Usage): Usage {
  const sum = { ...one };
  for (const name of counts) if (other[name] !== undefined) sum[name] = (one[name] ?? 0) + other[name];
  const cost = one.cost_usd === null || other.cost_usd === null ? null : one.cost_usd + other.cost_usd;
  return { ...sum, cost_usd: cost, ...(other.estimated && { estimated: true }) };
}

const { cost_usd: _cost, estimated: _estimated, ...counted } = usageSchema.shape;
const counts = Object.keys(counted) as readonly (keyof typeof counted)[];
