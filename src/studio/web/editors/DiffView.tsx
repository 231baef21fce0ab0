import { json } from '@codemirror/lang-json';
import { defaultHighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { MergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { useEffect, useRef, type ReactNode } from 'react';

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
    const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;
    const extensions = [
      lineNumbers(),
      EditorView.editable.of(false),
      EditorState.readOnly.of(true),
      EditorView.lineWrapping,
      syntaxHighlighting(defaultHighlightStyle),
      ...(language === 'json' ? [json()] : []),
      ...(nonce === undefined ? [] : [EditorView.cspNonce.of(nonce)]),
      theme,
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
      <div ref={place} className="min-h-0 grow overflow-auto" />
    </div>
  );
}

function named(title: string): ReturnType<typeof EditorView.contentAttributes.of> {
  return EditorView.contentAttributes.of({ 'aria-label': title });
}

const theme = EditorView.theme({
  '&': { fontSize: '12px', backgroundColor: 'transparent', color: 'var(--ink)' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--faint)', border: 'none' },
  '.cm-changedLine': { backgroundColor: 'var(--warning-soft)' },
  '.cm-changedText': { background: 'color-mix(in srgb, var(--warning) 30%, transparent)' },
  '.cm-collapsedLines': { background: 'var(--sunken)', color: 'var(--muted)' },
});
