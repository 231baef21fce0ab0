import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete';
import { json } from '@codemirror/lang-json';
import { bracketMatching, indentUnit } from '@codemirror/language';
import { keymap } from '@codemirror/view';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';

import type { Json } from '../../../core/workflow/index.ts';
import { Button } from '../design/Button.tsx';
import type { TextFinding } from './finding.ts';
import { prettyJson } from './prettyJson.ts';
import { readJsonText } from './jsonProblem.ts';
import { useCodeMirror } from './useCodeMirror.ts';

export interface JsonEditorProps {
  readonly label: string;
  readonly value: Json | undefined;
  /** Told only what can be read. */
  readonly onChange: (value: Json) => void;
  readonly describedBy?: string | undefined;
  readonly autoFocus?: boolean | undefined;
}

function written(value: Json | undefined): string {
  return value === undefined ? '' : prettyJson(value);
}

/** An editor of any JSON, with its mistakes in place. What cannot be read stays in the editor alone. */
export function JsonTextEditor({ value, onChange, ...rest }: JsonEditorProps): ReactNode {
  const [text, setText] = useState(() => written(value));
  const last = useRef(value);
  useEffect(() => {
    if (JSON.stringify(last.current) === JSON.stringify(value)) return;
    last.current = value;
    setText(written(value));
  }, [value]);
  const read = useMemo(() => readJsonText(text), [text]);
  const findings = useMemo((): readonly TextFinding[] => {
    if (read.ok || text.trim() === '') return [];
    return [{ start: read.start, end: read.end, severity: 'error', message: read.message, fixes: [] }];
  }, [read, text]);
  const parent = useCodeMirror({
    ...rest,
    text,
    findings,
    onChange: (next) => {
      setText(next);
      const now = readJsonText(next);
      if (!now.ok) return;
      last.current = now.value;
      onChange(now.value);
    },
    extensions: () => [json(), indentUnit.of('  '), bracketMatching(), closeBrackets(), keymap.of(closeBracketsKeymap)],
  });
  return (
    <div className="flex flex-col gap-1">
      <div ref={parent} className="editor editor-code" />
      <div className="flex min-h-7 items-center gap-2">
        <p role="status" className="min-w-0 grow text-2xs text-danger">
          {!read.ok && text.trim() !== '' && `${read.message} It is not written to the file until it can be read.`}
        </p>
        <Button
          look="quiet"
          className="h-7"
          disabled={!read.ok || text === written(read.value)}
          onClick={() => read.ok && setText(written(read.value))}
        >
          Format
        </Button>
      </div>
    </div>
  );
}
