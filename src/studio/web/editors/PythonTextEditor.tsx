import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete';
import { python } from '@codemirror/lang-python';
import { bracketMatching, indentUnit } from '@codemirror/language';
import { keymap, lineNumbers } from '@codemirror/view';
import type { ReactNode } from 'react';

import type { TextFinding } from './finding.ts';
import { useCodeMirror } from './useCodeMirror.ts';

export interface PythonEditorProps {
  readonly label: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly findings?: readonly TextFinding[] | undefined;
  readonly describedBy?: string | undefined;
  readonly autoFocus?: boolean | undefined;
}

/** An editor of Python. */
export function PythonTextEditor(props: PythonEditorProps): ReactNode {
  const parent = useCodeMirror({
    ...props,
    extensions: () => [
      python(),
      indentUnit.of('    '),
      lineNumbers(),
      bracketMatching(),
      closeBrackets(),
      keymap.of(closeBracketsKeymap),
    ],
  });
  return <div ref={parent} className="editor editor-code" />;
}
