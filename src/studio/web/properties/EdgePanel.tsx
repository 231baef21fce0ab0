import { ArrowRight, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';

import { removeItems, type Wire } from '../../../core/workflow/edits/index.ts';
import { inputsOf, outputsOf } from '../../../core/workflow/edits/wires.ts';
import type { Handle } from '../../../core/workflow/index.ts';
import { valueAtPath, type Hover } from '../../../core/workflow/language/index.ts';
import { useDocument } from '../document/documentStore.ts';
import { useCompiled } from '../document/useCompiled.ts';
import { Button } from '../design/Button.tsx';
import { FindingList } from './FindingList.tsx';
import { edit } from './owner.ts';
import { PanelFrame } from './PanelFrame.tsx';
import { useKnownValues } from './useKnownValues.ts';

const meanings: Readonly<Record<Handle['type'], string>> = {
  default: 'What it leads to runs when what it leaves has ended.',
  conditional: 'What it leads to runs only when the run takes this way.',
  stream: 'Carries the text to the caller while it is being written.',
};

/** What an edge connects, and what goes along it. */
export function EdgePanel({ index }: { readonly index: number }): ReactNode {
  const wire = useDocument((state) => state.current?.drawing.edges.find((each) => each.index === index)?.wire);
  const diagnostics = useDocument((state) => state.current?.compiled?.diagnostics);
  const select = useDocument((state) => state.select);
  const ends = useEnds(wire);
  const carried = useCarried(wire);
  const values = useKnownValues();
  if (wire === undefined) return null;
  const { output, input } = ends;
  const offers = input?.offers === 'tool';
  const keys = [wire.source, wire.sourceHandle];
  const value = values.isSample || offers ? undefined : valueAtPath(values, { root: 'nodes', keys });
  const own = (diagnostics ?? []).filter(({ path }) => path[0] === 'edges' && path[1] === index);
  return (
    <PanelFrame
      header={
        <>
          <h2 className="text-sm font-semibold">Edge</h2>
          <div className="flex min-w-0 flex-wrap items-center gap-1.5">
            <Button className="h-7 max-w-full" onClick={() => select([wire.source])}>
              <span className="truncate">{wire.source}</span>
            </Button>
            <ArrowRight size={14} className="text-muted" aria-label="leads to" />
            <Button className="h-7 max-w-full" onClick={() => select([wire.target])}>
              <span className="truncate">{wire.target}</span>
            </Button>
          </div>
        </>
      }
    >
      <FindingList findings={own} />
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-2 text-xs">
        <dt className="text-muted">Leaves at</dt>
        <dd>{output?.name ?? wire.sourceHandle}</dd>
        <dt className="text-muted">Reaches</dt>
        <dd>{input?.name ?? wire.targetHandle}</dd>
        {!offers && carried?.type !== undefined && (
          <>
            <dt className="text-muted">Carries</dt>
            <dd>{carried.type}</dd>
          </>
        )}
      </dl>
      <p className="text-xs text-muted">
        {offers ? 'Offers the node to the model, which may call it as a tool.' : meanings[output?.type ?? 'default']}
      </p>
      {value !== undefined && (
        <div className="flex flex-col gap-1">
          <span className="text-xs font-medium">In the run that is shown</span>
          <pre
            className="max-h-64 overflow-auto rounded-control bg-sunken p-2 font-mono text-2xs whitespace-pre-wrap"
            tabIndex={0}
          >
            {typeof value === 'string' ? value : JSON.stringify(value, null, 2)}
          </pre>
        </div>
      )}
      <Button
        icon={Trash2}
        look="danger"
        className="self-start"
        onClick={() => edit((text) => removeItems(text, { edges: [index] }))}
      >
        Remove this edge
      </Button>
    </PanelFrame>
  );
}

function useEnds(wire: Wire | undefined): {
  readonly output?: Handle | undefined;
  readonly input?: Handle | undefined;
} {
  const nodes = useDocument(({ current }) => current?.drawing.nodes);
  const [source, target] = [wire?.source, wire?.target].map((id) => nodes?.find((node) => node.id === id));
  return {
    output: source && outputsOf(source).find(({ id }) => id === wire?.sourceHandle),
    input: target && inputsOf(target).find(({ id }) => id === wire?.targetHandle),
  };
}

/** The type of what an edge carries, as its reader would see it. */
function useCarried(wire: Wire | undefined): Hover | undefined {
  const text = wire === undefined ? '' : `{{ nodes.${wire.source}.${wire.sourceHandle} }}`;
  const target = wire?.target ?? '';
  return useCompiled(
    async (compiler) => compiler.hover({ node: target, key: undefined }, text, text.length - 4),
    `${target} ${text}`,
  );
}
