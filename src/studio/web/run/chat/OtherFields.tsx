import { ChevronRight } from 'lucide-react';
import { useState, type ReactNode } from 'react';

import type { Drawing } from '../../../../core/workflow/edits/index.ts';
import { preview } from '../../design/figures.ts';
import { SchemaForm } from '../request/SchemaForm.tsx';
import { draftOf, setDraft } from '../requestDrafts.ts';
import { useRequests } from '../requestStore.ts';
import { asObject } from '../shapes.ts';
import type { Trigger } from '../trigger.ts';

interface OtherFieldsProps {
  readonly file: string;
  readonly drawing: Drawing;
  readonly trigger: Trigger;
  /** What the conversation fills in itself. */
  readonly without: readonly string[];
}

/** The fields of the input beside the message; folded, they say what is sent along. */
export function OtherFields({ file, drawing, trigger, without }: OtherFieldsProps): ReactNode {
  const { input } = useRequests((state) => draftOf(state, file, drawing));
  const [isOpen, setOpen] = useState(false);
  const others = Object.entries(asObject(input) ?? {}).filter(([name]) => !without.includes(name));
  return (
    <div className="max-h-[50%] shrink-0 overflow-auto border-b border-line text-xs">
      <button
        type="button"
        aria-expanded={isOpen}
        className="flex h-8 w-full items-center gap-1.5 px-3 text-left hover:bg-sunken"
        onClick={() => setOpen(!isOpen)}
      >
        <ChevronRight size={12} aria-hidden className={isOpen ? 'rotate-90' : ''} />
        <span className="shrink-0 font-medium">Other fields</span>
        <span className="truncate text-muted">
          {others.map(([name, value]) => `${name}: ${preview(value, 40)}`).join(', ')}
        </span>
      </button>
      {isOpen && (
        <div className="max-w-2xl px-3 pt-1 pb-3">
          <SchemaForm
            schema={trigger.inputSchema}
            value={input}
            without={without}
            onChange={(next) => setDraft(file, drawing, { input: next })}
          />
        </div>
      )}
    </div>
  );
}
