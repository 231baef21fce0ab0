import { createContext, useContext, type ComponentType, type ReactNode } from 'react';

import type { FieldProps } from './formContext.ts';
import type { Field } from './model/field.ts';

export interface EditorProps extends FieldProps {
  readonly field: Field;
  /** An expression stands in place of the value. */
  readonly isExpression?: boolean;
}

/** Values lie in each other, so widgets need the choice among all widgets: it comes to them from the form. */
export const EditorContext = createContext<ComponentType<EditorProps> | undefined>(undefined);

/** The right widget for a value inside of another. */
export function ValueEditor(props: EditorProps): ReactNode {
  const Editor = useContext(EditorContext);
  if (Editor === undefined) throw new Error('A field stands outside of a form.');
  return <Editor {...props} />;
}
