import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';

import { IconButton } from '../../design/Button.tsx';
import { useDocument } from '../../document/documentStore.ts';
import { useCanvas } from '../canvasStore.ts';
import { focusCanvas } from '../focus.ts';
import { goTo } from '../gestures/selecting.ts';
import { find } from './find.ts';

/** Finds text in all nodes and notes, and goes from one to the next. */
export function FindBar(): ReactNode {
  const drawing = useDocument((state) => state.current?.drawing);
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const found = useMemo(() => (drawing === undefined ? [] : find(drawing, text)), [drawing, text]);
  useEffect(() => {
    useCanvas.setState({ found: found.length === 0 ? undefined : new Set(found) });
  }, [found]);
  useEffect(() => {
    field.current?.focus();
    return () => useCanvas.setState({ found: undefined });
  }, []);
  const go = (index: number): void => {
    if (found.length === 0) return;
    const next = (index + found.length) % found.length;
    setAt(next);
    const id = found[next];
    if (id !== undefined) goTo(id, true);
  };
  const close = (): void => {
    useCanvas.setState({ isFinding: false });
    focusCanvas();
  };
  return (
    <div
      role="search"
      className="absolute top-3 right-3 z-20 flex items-center gap-1 rounded-card border border-line-strong bg-raised p-1 shadow-raised"
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Escape') close();
        if (event.key === 'Enter') go(event.shiftKey ? at - 1 : text === '' ? at : at + (isAtFound(found[at]) ? 1 : 0));
      }}
    >
      <input
        ref={field}
        value={text}
        aria-label="Find in the workflow"
        placeholder="Find in nodes and notes"
        className="h-8 w-52 rounded-control bg-transparent px-2 text-xs outline-none placeholder:text-faint"
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
      />
      <span aria-live="polite" className="min-w-14 text-center text-2xs text-muted tabular-nums">
        {text.trim() === ''
          ? ''
          : found.length === 0
            ? 'not found'
            : `${Math.min(at + 1, found.length)} of ${found.length}`}
      </span>
      <IconButton icon={ChevronUp} label="Previous" keys="Shift+Enter" onClick={() => go(at - 1)} />
      <IconButton icon={ChevronDown} label="Next" keys="Enter" onClick={() => go(at + 1)} />
      <IconButton icon={X} label="Close" keys="Escape" onClick={close} />
    </div>
  );
}

/** The first Enter goes to the first that was found, the next ones on from there. */
function isAtFound(id: string | undefined): boolean {
  return id !== undefined && useDocument.getState().current?.selection.has(id) === true;
}
