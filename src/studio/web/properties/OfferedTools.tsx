import { Wrench } from 'lucide-react';
import { useMemo, type ReactNode } from 'react';

import type { DrawnNode } from '../../../core/workflow/edits/index.ts';
import { registry, type NodeDefinition } from '../../../core/workflow/index.ts';
import { useDocument } from '../document/documentStore.ts';
import { Button } from '../design/Button.tsx';

/** The nodes that are offered to a model as tools, by their edges. */
export function OfferedTools({ node }: { readonly node: DrawnNode }): ReactNode {
  const drawing = useDocument((state) => state.current?.drawing);
  const select = useDocument((state) => state.select);
  const offered = useMemo(() => {
    const byId = new Map(drawing?.nodes.map((each) => [each.id, each]));
    return (drawing?.edges ?? []).flatMap(({ wire }) => {
      const target = wire.source === node.id ? byId.get(wire.target) : undefined;
      const definition: NodeDefinition | undefined = target?.known && registry[target.known];
      const input = definition?.inputs.find(({ id }) => id === wire.targetHandle);
      return target !== undefined && input?.offers === 'tool' ? [target] : [];
    });
  }, [drawing, node.id]);
  if (offered.length === 0) return null;
  return (
    <div className="flex flex-col gap-1">
      <span className="text-xs font-medium">Connected tools</span>
      <div className="flex flex-wrap gap-1.5">
        {offered.map(({ id, label }) => (
          <Button key={id} icon={Wrench} className="h-7" onClick={() => select([id])}>
            {label ?? id}
          </Button>
        ))}
      </div>
    </div>
  );
}
