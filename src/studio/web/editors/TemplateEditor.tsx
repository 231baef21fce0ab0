import { Suspense, type ReactNode } from 'react';

import { TextWhileLoading } from './TextWhileLoading.tsx';
import type { TemplateEditorProps } from './TemplateTextEditor.tsx';
import { later } from '../design/later.ts';

const Loaded = later(async () => (await import('./TemplateTextEditor.tsx')).TemplateTextEditor);

/** An editor of a text in which `{{ … }}` stands for values; loaded when it is first needed. */
export function TemplateEditor(props: TemplateEditorProps): ReactNode {
  const { label, text, isLong } = props;
  return (
    <Suspense fallback={<TextWhileLoading label={label} text={text} look={isLong === true ? 'editor-long' : ''} />}>
      <Loaded {...props} />
    </Suspense>
  );
}
