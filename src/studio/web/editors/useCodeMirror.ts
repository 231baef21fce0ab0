import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { Annotation, EditorState, Prec, Transaction, type Extension } from '@codemirror/state';
import { EditorView, highlightSpecialChars, keymap, placeholder as placeholderText } from '@codemirror/view';
import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';

import { pageCode } from '../../../core/workflow/diagnostics/pageText.ts';
import { changeBetween } from '../../../core/workflow/source/change.ts';
import type { TextFinding } from './finding.ts';
import { editorLook } from './theme.ts';
import { wasWaitedFor } from './waitingFocus.ts';

interface CodeMirrorOptions {
  readonly label: string;
  readonly text: string;
  readonly onChange?: ((text: string) => void) | undefined;
  /** Those of the editor's kind; looked at once. */
  readonly extensions: () => Extension;
  /** Undefined: not known at the moment, so that what was found before stays. */
  readonly findings?: readonly TextFinding[] | undefined;
  readonly placeholder?: string | undefined;
  readonly describedBy?: string | undefined;
  readonly isSingleLine?: boolean | undefined;
  readonly autoFocus?: boolean | undefined;
}

/** Beside what CodeMirror shows by itself: other direction marks, invisible operators, and the tags in which whole texts can be hidden. */
const alsoHidden = /[\u202a-\u202c\u2060-\u206f\u{e0000}-\u{e007f}]/u;

/** As the rest of the page has it. */
function spelledSign(code: number, description: string | null, placeholder: string): HTMLElement {
  const sign = String.fromCodePoint(code);
  const text = pageCode(sign);
  const element = document.createElement('span');
  element.className = 'cm-specialChar';
  element.title = description ?? '';
  element.textContent = text === sign ? placeholder : text;
  return element;
}

const fromOutside = Annotation.define<true>();

/** Makes an editor in an element, whose text follows `text` and tells each change by a person. */
export function useCodeMirror(options: CodeMirrorOptions): RefObject<HTMLDivElement | null> {
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef(options);
  latest.current = options;
  useLayoutEffect(() => {
    const element = parent.current;
    if (element === null) return undefined;
    const { text, extensions, autoFocus, label } = latest.current;
    const editor = new EditorView({
      parent: element,
      state: EditorState.create({ doc: text, extensions: [extensions(), common(latest)] }),
    });
    view.current = editor;
    if (autoFocus === true || wasWaitedFor(label)) editor.focus();
    return () => {
      editor.destroy();
      view.current = undefined;
    };
  }, []);
  useLayoutEffect(() => {
    const editor = view.current;
    if (editor !== undefined) takeIn(editor, options.text);
  }, [options.text]);
  useEffect(() => {
    const editor = view.current;
    if (editor === undefined || options.findings === undefined) return;
    editor.dispatch(setDiagnostics(editor.state, shown(options.findings, editor.state.doc.length)));
  }, [options.findings]);
  return parent;
}

/** Puts another text into the editor and leaves the caret where it was in what stays. */
function takeIn(editor: EditorView, text: string): void {
  const before = editor.state.doc.toString();
  if (text === before) return;
  const { start, endBefore, endAfter } = changeBetween(before, text);
  editor.dispatch({
    changes: { from: start, to: endBefore, insert: text.slice(start, endAfter) },
    annotations: [fromOutside.of(true), Transaction.addToHistory.of(false)],
  });
}

function common(latest: RefObject<CodeMirrorOptions>): Extension {
  const { label, describedBy, placeholder, isSingleLine, onChange } = latest.current;
  return [
    history(),
    EditorView.lineWrapping,
    highlightSpecialChars({ addSpecialChars: alsoHidden, render: spelledSign }),
    editorLook(),
    placeholder === undefined ? [] : placeholderText(placeholder),
    onChange === undefined ? [EditorState.readOnly.of(true)] : [],
    EditorView.contentAttributes.of({
      'aria-label': label,
      ...(describedBy !== undefined && { 'aria-describedby': describedBy }),
      ...(isSingleLine === true && { 'aria-multiline': 'false' }),
    }),
    isSingleLine === true ? oneLine : [],
    // Tab leaves the field: there is no key here that keeps it in.
    keymap.of([...lintKeymap, ...historyKeymap, ...defaultKeymap.filter(({ key }) => key !== 'Mod-Enter')]),
    EditorView.updateListener.of(({ docChanged, transactions, state }) => {
      if (docChanged && !transactions.some((each) => each.annotation(fromOutside) === true))
        latest.current.onChange?.(state.doc.toString());
    }),
  ];
}

/** Line breaks become spaces, however they come in. */
const oneLine: Extension = [
  Prec.low(keymap.of([{ key: 'Enter', run: () => true }])),
  EditorState.transactionFilter.of((transaction) => {
    if (!transaction.docChanged || transaction.annotation(fromOutside) === true || transaction.newDoc.lines === 1)
      return transaction;
    const text = transaction.newDoc.toString().replaceAll(/\s*\n\s*/g, ' ');
    const { main } = transaction.newSelection;
    return {
      changes: { from: 0, to: transaction.startState.doc.length, insert: text },
      selection: { anchor: Math.min(main.head, text.length) },
    };
  }),
];

function shown(findings: readonly TextFinding[], length: number): readonly Diagnostic[] {
  return findings
    .filter(({ start }) => start <= length)
    .map(({ start, end, severity, message, fixes }) => ({
      from: start,
      to: Math.min(Math.max(end, start), length),
      severity,
      message,
      actions: fixes.map(({ title, apply }) => ({ name: title, apply })),
    }));
}
