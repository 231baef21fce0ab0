import type { ModelCall } from '../../protocol/index.ts';
import { emptyRun, type LiveRun } from './liveRun.ts';

const inside = new WeakMap<LiveRun, Map<string, LiveRun>>();

/** What a run did in the workflow that a node calls, as a run of that workflow. The same one while the run is the same. */
export function runInside(run: LiveRun, step: string): LiveRun {
  const known = inside.get(run) ?? new Map<string, LiveRun>();
  inside.set(run, known);
  const found = known.get(step) ?? partOf(run, step);
  known.set(step, found);
  return found;
}

function partOf(run: LiveRun, step: string): LiveRun {
  const prefix = `${step}/`;
  const isIn = (node: string | undefined): node is string => node?.startsWith(prefix) ?? false;
  const within = <Item extends { readonly node: string | undefined }>(items: Iterable<Item>): Item[] =>
    [...items].flatMap((item) => (isIn(item.node) ? [{ ...item, node: item.node.slice(prefix.length) }] : []));
  const caller = run.nodes.get(step);
  return {
    ...emptyRun(run.id),
    state: caller?.state ?? run.state,
    startedAt: caller?.startedAt ?? run.startedAt,
    endedAt: caller?.elapsedMs === undefined ? undefined : caller.startedAt + caller.elapsedMs,
    nodes: new Map([...run.nodes].flatMap(([node, ran]) => (isIn(node) ? [[node.slice(prefix.length), ran]] : []))),
    calls: new Map(within<ModelCall>(run.calls.values()).map((call) => [call.id, call])),
    output: caller?.value,
    failures: within(run.failures),
    printed: within(run.printed),
  };
}

/** The node that runs inside of what a node calls, as `inner` or `step/inner`; of several the one that began last. */
export function innerStep({ nodes }: Pick<LiveRun, 'nodes'>, node: string): string | undefined {
  if (nodes.get(node)?.state !== 'running') return undefined;
  const prefix = `${node}/`;
  const running = [...nodes].filter(([path, { state }]) => state === 'running' && path.startsWith(prefix));
  const [last] = running.toSorted(([a, one], [b, other]) => other.startedAt - one.startedAt || b.length - a.length);
  return last?.[0].slice(prefix.length);
}
