import { NodeResizeControl, type NodeProps } from '@xyflow/react';
import { memo, useRef, useState, type ReactNode } from 'react';

import { pageText } from '../../../../core/workflow/diagnostics/pageText.ts';
import { noteColors } from '../../../../core/workflow/types.ts';
import { writeNow, writeSoon } from '../../document/pendingEdits.ts';
import { useCanvas } from '../canvasStore.ts';
import type { Note, NoteNode as FlowNoteNode } from '../flowModel.ts';
import { focusCanvas } from '../focus.ts';
import { current } from '../gestures/current.ts';
import { dropItems } from '../gestures/moving.ts';
import { colorNote, writeNote } from '../gestures/notes.ts';
import { useWrittenInPlace } from '../useWrittenInPlace.ts';
import { NoteText } from './NoteText.tsx';
import { textBehind } from '../../design/spelled.ts';

/** A sticky note. */
export const NoteNode = memo(function NoteNode({ id, data, selected }: NodeProps<FlowNoteNode>): ReactNode {
  const { note } = data;
  const isEditing = useIsEditing(id);
  const isReadable = useCanvas((state) => state.detail !== 'boxes');
  return (
    <div className="note" data-color={note.color ?? 'yellow'} data-selected={selected || undefined}>
      {isEditing ? (
        <TextField note={note} isTitle={false} />
      ) : (
        isReadable && (
          <div className="h-full overflow-hidden p-3 text-xs wrap-anywhere">
            {note.text === '' ? (
              <span className="opacity-70">Double click to write</span>
            ) : (
              <NoteText text={note.text} />
            )}
          </div>
        )
      )}
      {selected && !isEditing && <Tools note={note} />}
    </div>
  );
});

/** A group: a frame with a title, around nodes that it takes along when it is moved. */
export const FrameNode = memo(function FrameNode({ id, data, selected }: NodeProps<FlowNoteNode>): ReactNode {
  const { note } = data;
  const isEditing = useIsEditing(id);
  return (
    <div className="frame" data-color={note.color ?? 'gray'} data-selected={selected || undefined}>
      <div dir="auto" className="frame-title" title={pageText(note.text)}>
        {isEditing ? <TextField note={note} isTitle /> : note.text === '' ? 'Group' : pageText(note.text)}
      </div>
      {selected && !isEditing && <Tools note={note} />}
    </div>
  );
});

function useIsEditing(id: string): boolean {
  return useCanvas(({ editing }) => editing?.id === id && editing.what === 'text');
}

function TextField({ note, isTitle }: { readonly note: Note; readonly isTitle: boolean }): ReactNode {
  const isThere = (): boolean => current()?.drawing.notes.some(({ id }) => id === note.id) === true;
  const [{ before, writing }] = useState(() => ({ before: note.text, writing: `writing on ${note.id} ${Date.now()}` }));
  const hasTyped = useRef(false);
  const { field, end } = useWrittenInPlace<HTMLTextAreaElement>(isThere, (keeps, text) => {
    writeNow(writing);
    useCanvas.setState({ editing: undefined });
    if (keeps) writeNote(note.id, textBehind(before, text), writing);
    else if (hasTyped.current) writeNote(note.id, before, writing);
  });
  return (
    <textarea
      ref={field}
      aria-label={isTitle ? 'Title of the group' : 'Text of the note'}
      defaultValue={pageText(before)}
      rows={isTitle ? 1 : undefined}
      className={`nodrag nopan nowheel block w-full resize-none bg-transparent outline-none ${isTitle ? '' : 'h-full p-3 text-xs'}`}
      onInput={({ currentTarget: { value } }) => {
        hasTyped.current = true;
        writeSoon(writing, () => writeNote(note.id, textBehind(before, value), writing));
      }}
      onBlur={() => end(true)}
      onKeyDown={(event) => {
        event.stopPropagation();
        const isDone = event.key === 'Enter' && (isTitle || event.ctrlKey || event.metaKey);
        if (isDone || event.key === 'Escape') {
          event.preventDefault();
          end(event.key !== 'Escape');
          focusCanvas();
        }
      }}
    />
  );
}

/** The colours of a selected note, and the corner that changes its size. */
function Tools({ note }: { readonly note: Note }): ReactNode {
  return (
    <>
      <div className="note-colors nodrag nopan" role="group" aria-label="Colour">
        {noteColors.map((color) => (
          <button
            key={color}
            type="button"
            tabIndex={-1}
            aria-label={color}
            aria-pressed={(note.color ?? (note.nodes === undefined ? 'yellow' : 'gray')) === color}
            data-color={color}
            className="note-color"
            onClick={() => colorNote(note.id, color)}
          />
        ))}
      </div>
      <NodeResizeControl
        minWidth={96}
        minHeight={48}
        position="bottom-right"
        className="note-corner"
        onResizeEnd={() => dropItems()}
      />
    </>
  );
}
