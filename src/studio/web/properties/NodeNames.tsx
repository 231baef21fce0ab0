import { useEffect, useState, type ReactNode } from 'react';

import { renameNode, setLabel, type DrawnNode } from '../../../core/workflow/edits/index.ts';
import { useDocument } from '../document/documentStore.ts';
import { inputLook } from './controls.tsx';
import { writeAll } from '../document/pendingEdits.ts';
import { spelled } from '../design/spelled.ts';
import { pageText } from '../../../core/workflow/diagnostics/pageText.ts';

/** What a node is called on the canvas, and its id, by which expressions name it. */
export function NodeNames({ node }: { readonly node: DrawnNode }): ReactNode {
  const rename = (id: string): boolean => change((text) => renameNode(text, node.id, id));
  const label = (name: string): boolean =>
    change((text) => setLabel(text, node.id, name.trim() === '' ? undefined : name));
  return (
    <div className="grid grid-cols-2 gap-2">
      <Name title="Name" about="What the canvas shows" value={node.label ?? ''} placeholder={node.id} onName={label} />
      <Name
        title="ID"
        about="Expressions name it so; they are renamed along"
        value={node.id.startsWith('#') ? '' : node.id}
        onName={rename}
        isCode
      />
    </div>
  );
}

function change(edit: (text: string) => ReturnType<typeof renameNode>): boolean {
  writeAll();
  const { current, apply } = useDocument.getState();
  return current !== undefined && apply(edit(current.text));
}

interface NameProps {
  readonly title: string;
  readonly about: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly onName: (name: string) => boolean;
  readonly isCode?: boolean;
}

/** A name counts when it is whole: on Enter, or when the field is left. */
function Name({ title, about, value, placeholder, onName, isCode = false }: NameProps): ReactNode {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const commit = (): void => {
    if (typed !== value && !onName(typed.trim())) setTyped(value);
  };
  return (
    <label className="flex min-w-0 flex-col gap-0.5 text-2xs text-muted" title={about}>
      {title}
      <input
        {...spelled(typed, setTyped)}
        placeholder={placeholder && pageText(placeholder)}
        spellCheck={false}
        className={`${inputLook} h-7! ${isCode ? 'font-mono text-xs!' : 'text-xs!'}`}
        onBlur={commit}
        onKeyDown={({ key }) => {
          if (key === 'Enter') commit();
          if (key === 'Escape') setTyped(value);
        }}
      />
    </label>
  );
}
