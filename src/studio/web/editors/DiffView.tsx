import { json } from '@codemirror/lang-json';
import { MergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { useEffect, useRef, type ReactNode } from 'react';

import { editorLook } from './theme.ts';

interface DiffViewProps {
  readonly before: string;
  readonly after: string;
  /** What each side is, above it. */
  readonly titles: readonly [string, string];
  readonly language?: 'json' | 'text';
}

/** Two texts side by side with what differs marked; what is alike is folded. */
export function DiffView({ before, after, titles, language = 'json' }: DiffViewProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current === null) return undefined;
    const extensions = [
      lineNumbers(),
      EditorView.editable.of(false),
      EditorState.readOnly.of(true),
      EditorView.lineWrapping,
      editorLook(),
      ...(language === 'json' ? [json()] : []),
      differences,
    ];
    const view = new MergeView({
      a: { doc: before, extensions: [...extensions, named(titles[0])] },
      b: { doc: after, extensions: [...extensions, named(titles[1])] },
      parent: place.current,
      collapseUnchanged: { margin: 3, minSize: 6 },
      gutter: true,
    });
    return () => view.destroy();
    // Titles are given anew with every render, and are the same.
  }, [before, after, language, titles.join('\n')]);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="grid grid-cols-2 border-b border-line text-xs font-medium text-muted">
        {titles.map((title) => (
          <div key={title} className="px-3 py-1.5">
            {title}
          </div>
        ))}
      </div>
      <div ref={place} className="min-h-0 grow overflow-auto font-mono text-xs" />
    </div>
  );
}

function named(title: string): ReturnType<typeof EditorView.contentAttributes.of> {
  return EditorView.contentAttributes.of({ 'aria-label': title });
}

const differences = EditorView.theme({
  '.cm-changedLine': { backgroundColor: 'var(--warning-soft)' },
  '.cm-changedText': { background: 'color-mix(in srgb, var(--warning) 30%, transparent)' },
  '.cm-collapsedLines': { background: 'var(--sunken)', color: 'var(--muted)' },
  // The library's sign is in few fonts.
  '.cm-collapsedLines::before, .cm-collapsedLines::after': { content: "'⋯'" },
});
