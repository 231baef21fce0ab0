import { MergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useRef, type ReactNode } from 'react';

interface TextDiffProps {
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

const looks = EditorView.theme({
  '&': { fontSize: '12px' },
  '.cm-content': { fontFamily: 'var(--font-mono)' },
});

/** Two texts side by side, what differs marked. */
export function TextDiff({ label, before, after }: TextDiffProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current === null) return undefined;
    const extensions = [
      looks,
      EditorView.lineWrapping,
      EditorState.readOnly.of(true),
      EditorView.contentAttributes.of({ 'aria-label': label }),
    ];
    const view = new MergeView({
      a: { doc: before, extensions },
      b: { doc: after, extensions },
      parent: place.current,
      collapseUnchanged: { margin: 3, minSize: 6 },
      gutter: true,
    });
    return () => view.destroy();
  }, [label, before, after]);
  return <div ref={place} className="max-h-80 overflow-auto rounded-control border border-line bg-surface" />;
}
