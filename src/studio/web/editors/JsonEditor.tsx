import { Suspense, type ReactNode } from 'react';

import type { JsonEditorProps } from './JsonTextEditor.tsx';
import { prettyJson } from './prettyJson.ts';
import { TextWhileLoading } from './TextWhileLoading.tsx';
import { later } from '../design/later.ts';

const Loaded = later(async () => (await import('./JsonTextEditor.tsx')).JsonTextEditor);

/** An editor of any JSON; loaded when it is first needed. */
export function JsonEditor(props: JsonEditorProps): ReactNode {
  const text = props.value === undefined ? '' : prettyJson(props.value);
  return (
    <Suspense fallback={<TextWhileLoading label={props.label} text={text} look="editor-code mb-8" />}>
      <Loaded {...props} />
    </Suspense>
  );
}
