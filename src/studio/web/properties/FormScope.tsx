import type { ReactNode } from 'react';

import { Editor } from './Editor.tsx';
import { FormContext, type Form } from './formContext.ts';
import { EditorContext } from './ValueEditor.tsx';

interface FormScopeProps {
  readonly form: Form;
  readonly children: ReactNode;
}

/** What is inside can have fields. */
export function FormScope({ form, children }: FormScopeProps): ReactNode {
  return (
    <FormContext value={form}>
      <EditorContext value={Editor}>{children}</EditorContext>
    </FormContext>
  );
}
