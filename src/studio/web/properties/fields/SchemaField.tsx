import { useState, type ReactNode } from 'react';

import { Segments } from '../../design/Segments.tsx';
import type { FieldProps } from '../formContext.ts';
import { rowsOf } from '../model/schemaTable.ts';
import { JsonField } from './JsonField.tsx';
import { SchemaTable } from './SchemaTable.tsx';

/** A JSON Schema: as a table where one can show it, always as text. */
export function SchemaField(props: FieldProps): ReactNode {
  const { label, path, value } = props;
  const hasTable = value === undefined || rowsOf(value) !== undefined;
  const [view, setView] = useState<'table' | 'text'>(hasTable ? 'table' : 'text');
  const shown = hasTable ? view : 'text';
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <Segments
        label={`How ${label} is shown`}
        options={[...(hasTable ? [{ value: 'table', title: 'Table' }] : []), { value: 'text', title: 'JSON Schema' }]}
        value={shown}
        onChange={(next) => setView(next === 'table' ? 'table' : 'text')}
        isSmall
      />
      {shown === 'table' ? <SchemaTable label={label} path={path} value={value} /> : <JsonField {...props} />}
      {!hasTable && <p className="text-2xs text-muted">This schema says more than a table of its fields can show.</p>}
    </div>
  );
}
