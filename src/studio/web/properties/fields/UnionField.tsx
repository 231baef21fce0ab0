import type { ReactNode } from 'react';

import type { FieldProps } from '../formContext.ts';
import { optionFor, type FieldShape } from '../model/field.ts';
import { ValueEditor } from '../ValueEditor.tsx';

interface UnionFieldProps extends FieldProps {
  readonly shape: FieldShape & { kind: 'union' };
}

/** The form that is chosen of several. */
export function UnionField({ shape: { options }, value, ...rest }: UnionFieldProps): ReactNode {
  const chosen = value === undefined ? undefined : optionFor(options, value);
  return chosen === undefined ? null : <ValueEditor {...rest} field={chosen.field} value={value} />;
}
