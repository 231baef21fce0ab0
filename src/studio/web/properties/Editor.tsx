import type { ReactNode } from 'react';

import type { FieldProps } from './formContext.ts';
import { fits, isList, isRecord, type FieldShape } from './model/field.ts';
import { BooleanField, ChoiceField, NumberField } from './fields/PlainFields.tsx';
import { JsonField } from './fields/JsonField.tsx';
import { ListField } from './fields/ListField.tsx';
import { ModelField } from './fields/ModelField.tsx';
import { ObjectFields } from './fields/ObjectFields.tsx';
import { ProviderField } from './fields/ProviderField.tsx';
import { PythonField } from './fields/PythonField.tsx';
import { RecordField } from './fields/RecordField.tsx';
import { SchemaField } from './fields/SchemaField.tsx';
import { ServerField } from './fields/ServerField.tsx';
import { TemplateField } from './fields/TemplateField.tsx';
import { TextField } from './fields/TextField.tsx';
import { TreeField } from './fields/TreeField.tsx';
import { UnionField } from './fields/UnionField.tsx';
import type { EditorProps } from './ValueEditor.tsx';

/** The right widget for a value; JSON for one that no widget can show. */
export function Editor({ field, isExpression = false, ...rest }: EditorProps): ReactNode {
  const { shape, hint } = field;
  const { value } = rest;
  if (isExpression) return <TemplateField {...rest} isLong={false} />;
  if (!fits(field, value)) return <JsonField {...rest} />;
  if (hint.choices === 'models') return <ModelField {...rest} />;
  if (hint.choices === 'providers') return <ProviderField {...rest} />;
  if (hint.choices === 'servers') return <ServerField {...rest} />;
  if (hint.editor === 'python') return <PythonField {...rest} />;
  switch (shape.kind) {
    case 'text':
      return <TextField {...rest} field={field} />;
    case 'template':
      return <TemplateField {...rest} isLong={hint.isLong === true} />;
    case 'number':
      return <NumberField {...rest} field={field} shape={shape} />;
    case 'boolean':
      return <BooleanField {...rest} field={field} />;
    case 'choice':
      return <ChoiceField {...rest} field={field} shape={shape} />;
    case 'templateJson':
      return <TreeField {...rest} />;
    case 'jsonSchema':
      return <SchemaField {...rest} />;
    case 'union':
      return <UnionField {...rest} shape={shape} />;
    case 'object':
      return <NestedObject {...rest} shape={shape} />;
    case 'record':
      return <RecordField {...rest} field={field} shape={shape} />;
    case 'list':
      return <ListField {...rest} value={isList(value) ? value : []} shape={shape} />;
    case 'constant':
      return null;
    case 'json':
      return <JsonField {...rest} />;
  }
}

function NestedObject({
  value,
  path,
  shape,
}: FieldProps & { readonly shape: FieldShape & { kind: 'object' } }): ReactNode {
  return (
    <div className="border-l-2 border-line pl-3">
      <ObjectFields fields={shape.fields} value={isRecord(value) ? value : {}} path={path} />
    </div>
  );
}
