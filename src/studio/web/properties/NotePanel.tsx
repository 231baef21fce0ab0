import type { ReactNode } from 'react';

import { noteColors } from '../../../core/workflow/types.ts';
import { useDocument } from '../document/documentStore.ts';
import { runCommand, useCommands } from '../commands/registry.ts';
import { Button } from '../design/Button.tsx';
import { Segments } from '../design/Segments.tsx';
import { inputLook } from './controls.tsx';
import { titleOf } from './model/field.ts';
import { fieldKey, typedValue, writeValue, type Owner } from './owner.ts';
import { PanelFrame } from './PanelFrame.tsx';
import { useDraft } from './useDraft.ts';
import { spelled } from '../design/spelled.ts';

/** A note on the canvas, or a group: what it says, its colour. */
export function NotePanel({ id }: { readonly id: string }): ReactNode {
  const note = useDocument((state) => state.current?.drawing.notes.find((each) => each.id === id));
  const canUngroup = useCommands((state) => state.commands.has('ungroup'));
  const owner: Owner = { kind: 'note', id };
  const draft = useDraft(fieldKey(owner, ['text']), note?.text ?? '', (text) => typedValue(owner, ['text'], text));
  if (note === undefined) return null;
  const isGroup = note.nodes !== undefined;
  return (
    <PanelFrame header={<h2 className="text-sm font-semibold">{isGroup ? 'Group' : 'Note'}</h2>}>
      <label className="flex flex-col gap-1 text-xs font-medium">
        {isGroup ? 'Title' : 'Text, as Markdown'}
        <textarea
          {...spelled(draft.value, draft.set)}
          rows={isGroup ? 2 : 10}
          className={`${inputLook} h-auto! resize-y py-1.5 font-normal`}
          onBlur={draft.flush}
        />
      </label>
      <div className="flex flex-col gap-1">
        <span className="text-xs font-medium">Colour</span>
        <Segments
          label="Colour"
          options={noteColors.map((color) => ({ value: color, title: titleOf(color) }))}
          value={note.color ?? 'yellow'}
          onChange={(color) => writeValue(owner, ['color'], color === 'yellow' ? undefined : color)}
        />
      </div>
      {isGroup && canUngroup && (
        <Button className="self-start" onClick={() => runCommand('ungroup')}>
          Ungroup
        </Button>
      )}
    </PanelFrame>
  );
}
