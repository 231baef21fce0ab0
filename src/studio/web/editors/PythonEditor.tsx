import { Suspense, type ReactNode } from 'react';

import type { PythonEditorProps } from './PythonTextEditor.tsx';
import { TextWhileLoading } from './TextWhileLoading.tsx';
import { later } from '../design/later.ts';

const Loaded = later(async () => (await import('./PythonTextEditor.tsx')).PythonTextEditor);

/** An editor of Python; loaded when it is first needed. */
export function PythonEditor(props: PythonEditorProps): ReactNode {
  return (
    <Suspense fallback={<TextWhileLoading label={props.label} text={props.text} look="editor-code" />}>
      <Loaded {...props} />
    </Suspense>
  );
}
