import { json } from '@codemirror/lang-json';
import { bracketMatching, indentUnit } from '@codemirror/language';
import { searchKeymap } from '@codemirror/search';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { useEffect, useMemo, type ReactNode } from 'react';

import { useDocument } from '../document/documentStore.ts';
import { applyFix } from '../document/applyFix.ts';
import type { TextFinding } from '../editors/finding.ts';
import { useCodeMirror } from '../editors/useCodeMirror.ts';
import { useCode } from './codeStore.ts';

/** The workflow file itself, as text: for what no form shows, and for a file that cannot be read. */
export function WorkflowText(): ReactNode {
  const text = useDocument((state) => state.current?.text) ?? '';
  const compiled = useDocument((state) => state.current?.compiled);
  const isCrlf = text.includes('\r\n');
  // The editor knows one kind of line end.
  const shown = isCrlf ? text.replaceAll('\r\n', '\n') : text;
  const findings = useMemo((): readonly TextFinding[] | undefined => {
    if (compiled === undefined || compiled.text !== text) return undefined;
    const inEditor = (offset: number): number =>
      isCrlf ? text.slice(0, offset).replaceAll('\r\n', '\n').length : offset;
    return compiled.diagnostics.map(({ range, severity, message, fixes = [] }) => ({
      start: inEditor(range.start),
      end: inEditor(range.end),
      severity,
      message,
      fixes: fixes.map((fix) => ({ title: fix.title, apply: () => applyFix(fix) })),
    }));
  }, [compiled, text, isCrlf]);
  const parent = useCodeMirror({
    label: 'Text of the workflow file',
    text: shown,
    findings,
    onChange: (next) =>
      useDocument
        .getState()
        .setText(isCrlf ? next.replaceAll('\n', '\r\n') : next, 'Edit the text', { mergeKey: 'text of the file' }),
    extensions: () => [json(), lineNumbers(), indentUnit.of('  '), bracketMatching(), keymap.of(searchKeymap)],
  });
  const place = useCode((state) => state.place);
  useEffect(() => {
    const editor = parent.current === null ? null : EditorView.findFromDOM(parent.current);
    if (place === undefined || editor === null) return;
    const anchor = Math.min(isCrlf ? text.slice(0, place).replaceAll('\r\n', '\n').length : place, shown.length);
    editor.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
    editor.focus();
    useCode.setState({ place: undefined });
  }, [place]);
  return <div ref={parent} className="code-view h-full overflow-auto font-mono text-xs" />;
}
