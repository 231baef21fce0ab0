import { json } from '@codemirror/lang-json';
import { python } from '@codemirror/lang-python';
import { EditorState, RangeSetBuilder, StateEffect, StateField, type Extension } from '@codemirror/state';
import { Decoration, EditorView, keymap, lineNumbers, type DecorationSet } from '@codemirror/view';
import { searchKeymap, highlightSelectionMatches } from '@codemirror/search';
import { useEffect, useLayoutEffect, useRef, type ReactNode } from 'react';

import { editorLook } from './theme.ts';

/** Lines, counted from 1, the last one included. */
export interface MarkedLines {
  readonly start: number;
  readonly end: number;
}

export interface CodeViewProps {
  readonly text: string;
  readonly language: 'python' | 'json' | 'text';
  /** What its text is, for everyone who does not see it. */
  readonly label?: string;
  readonly marked?: readonly MarkedLines[];
  /** Told the line in which the caret was put. */
  readonly onLine?: (line: number) => void;
}

const mark = StateEffect.define<readonly MarkedLines[]>();
const markedLine = Decoration.line({ class: 'cm-marked' });

const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(before, { effects, state }) {
    const marked = effects.find((effect) => effect.is(mark));
    if (marked === undefined) return before;
    const builder = new RangeSetBuilder<Decoration>();
    const ranges = marked.value.toSorted((a, b) => a.start - b.start);
    let next = 1;
    for (const { start, end } of ranges)
      for (next = Math.max(next, start); next <= Math.min(end, state.doc.lines); next += 1) {
        const { from } = state.doc.line(next);
        builder.add(from, from, markedLine);
      }
    return builder.finish();
  },
  provide: (field) => EditorView.decorations.from(field),
});

const languages: Readonly<Record<CodeViewProps['language'], () => Extension>> = {
  python,
  json,
  text: () => [],
};

/** Code to be read. */
export function CodeTextView({ text, language, label = 'Code', marked, onLine }: CodeViewProps): ReactNode {
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const told = useRef(onLine);
  told.current = onLine;
  useLayoutEffect(() => {
    if (parent.current === null) return undefined;
    const editor = new EditorView({
      parent: parent.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          languages[language](),
          lineNumbers(),
          highlightSelectionMatches(),
          keymap.of(searchKeymap),
          EditorState.readOnly.of(true),
          EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true', tabindex: '0' }),
          editorLook(),
          marks,
          EditorView.domEventHandlers({
            click: (event, clicked) => {
              const position = clicked.posAtCoords({ x: event.clientX, y: event.clientY });
              if (position !== null) told.current?.(clicked.state.doc.lineAt(position).number);
            },
            keyup: ({ key }, typed) => {
              if (key === 'Enter') told.current?.(typed.state.doc.lineAt(typed.state.selection.main.head).number);
            },
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      editor.destroy();
      view.current = undefined;
    };
    // Another text or language is another editor.
  }, [text, language]);
  useEffect(() => {
    const editor = view.current;
    if (editor === undefined || marked === undefined) return;
    const [first] = marked;
    const line = first === undefined ? undefined : Math.min(first.start, editor.state.doc.lines);
    const scroll =
      line === undefined
        ? []
        : [EditorView.scrollIntoView(editor.state.doc.line(line).from, { y: 'nearest', yMargin: 40 })];
    editor.dispatch({ effects: [mark.of(marked), ...scroll] });
  }, [marked, text, language]);
  return <div ref={parent} className="code-view h-full overflow-auto font-mono text-xs" />;
}
