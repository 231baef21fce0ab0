import { useMemo, useState, type ReactNode } from 'react';

import type { NodeCategory } from '../../../core/workflow/nodes/definition.ts';
import { registry } from '../../../core/workflow/nodes/registry.ts';
import type { NodeType } from '../../../core/workflow/types.ts';
import { candidates } from '../canvas/add/candidates.ts';
import { TypeEntry } from '../canvas/add/TypeEntry.tsx';
import { setDraggedType } from '../canvas/draggedType.ts';
import { addByItself } from '../canvas/gestures/adding.ts';
import { useDocument } from '../document/documentStore.ts';

const titles: Readonly<Record<NodeCategory, string>> = {
  trigger: 'Start',
  llm: 'Models',
  logic: 'Flow',
  code: 'Code',
  outside: 'Services',
  transform: 'Data',
  utility: 'Utilities',
  output: 'Answer',
};
const nothing = { name: '', description: '', nodes: [], edges: [], notes: [] };

/** All node types by category: to be dragged onto the canvas, or added by Enter or a click. */
export function NodePalette(): ReactNode {
  const hasFile = useDocument((state) => state.current !== undefined);
  const [typed, setTyped] = useState('');
  const types = useMemo(() => candidates(nothing, {}, typed), [typed]);
  const categories = Object.entries(titles).flatMap(([category, title]) => {
    const own = types.filter((type) => registry[type].category === category);
    return own.length === 0 ? [] : [{ title, own }];
  });
  const [first] = categories[0]?.own ?? [];
  return (
    <>
      <div className="p-2">
        <input
          type="search"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && first !== undefined && hasFile) addByItself(first);
            if (event.key === 'Escape') setTyped('');
          }}
          placeholder="Search nodes"
          aria-label="Search nodes"
          className="h-8 w-full rounded-control border border-line-strong bg-raised px-2.5 text-xs placeholder:text-faint"
        />
      </div>
      <div className="min-h-0 grow overflow-auto px-2 pb-3">
        {categories.map(({ title, own }) => (
          <section key={title} className="mb-2">
            <h3 className="px-1 py-1 text-2xs font-semibold text-muted">{title}</h3>
            {own.map((type) => (
              <PaletteEntry key={type} type={type} isDisabled={!hasFile} />
            ))}
          </section>
        ))}
        {categories.length === 0 && <p className="p-2 text-xs text-muted">No node of this name.</p>}
      </div>
    </>
  );
}

function PaletteEntry({ type, isDisabled }: { readonly type: NodeType; readonly isDisabled: boolean }): ReactNode {
  return (
    <button
      type="button"
      draggable={!isDisabled}
      disabled={isDisabled}
      className="mb-1 flex w-full cursor-grab items-start gap-2.5 rounded-control border border-transparent p-1.5 text-left text-xs hover:border-line-strong hover:bg-sunken"
      onClick={() => addByItself(type)}
      onDragStart={(event) => {
        setDraggedType(type);
        event.dataTransfer.effectAllowed = 'copy';
        event.dataTransfer.setData('text/plain', type);
      }}
      onDragEnd={() => setDraggedType(undefined)}
    >
      <span className="sr-only">Add</span>
      <TypeEntry type={type} />
    </button>
  );
}
