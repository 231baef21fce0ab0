import { Plus, X } from 'lucide-react';
import { useState, type ReactNode } from 'react';

import type { Json, JsonPath } from '../../../../core/workflow/index.ts';
import type { CallParameter } from '../../../../core/workflow/language/index.ts';
import { Button, IconButton } from '../../design/Button.tsx';
import { About } from '../controls.tsx';
import { NameInput } from '../NameInput.tsx';
import { ValueEditor } from '../ValueEditor.tsx';
import { FindingList } from '../FindingList.tsx';
import { useFieldFindings, useForm, type FieldProps } from '../formContext.ts';
import { firstValue, isRecord, type Field, type FieldShape } from '../model/field.ts';
import { writeValue } from '../owner.ts';
import { pageText } from '../../../../core/workflow/diagnostics/pageText.ts';

interface RecordFieldProps extends FieldProps {
  readonly field: Field;
  readonly shape: FieldShape & { kind: 'record' };
}

/** Values by name. Where the names are those of parameters, each parameter has its row, set or not. */
export function RecordField({ field, shape, label, path, value }: RecordFieldProps): ReactNode {
  const { owner, callee, isTool } = useForm();
  const record = isRecord(value) ? value : {};
  const parameters = field.hint.keys === 'parameters' ? (callee?.parameters ?? []) : [];
  const known = new Set(parameters.map(({ name }) => name));
  const others = Object.keys(record).filter((key) => !known.has(key));
  const [isAdding, setIsAdding] = useState(false);
  const isGiven = isTool && field.hint.keys === 'parameters';
  const add = (key: string): void => {
    setIsAdding(false);
    if (key !== '' && !Object.hasOwn(record, key)) writeValue(owner, [...path, key], firstValue(shape.value));
  };
  const entry = { field: shape.value, record, path };
  return (
    <div className="flex min-w-0 flex-col gap-2 border-l-2 border-line pl-3">
      {isGiven && <p className="text-xs text-muted">The model that calls it as a tool gives these.</p>}
      {parameters.map((parameter) => (
        <Entry key={parameter.name} {...entry} name={parameter.name} parameter={parameter} isGiven={isGiven} />
      ))}
      {others.map((key) => (
        <Entry key={key} {...entry} name={key} parameter={undefined} isStrange={parameters.length > 0} />
      ))}
      {isAdding ? (
        <NameInput label={`Name in ${label}`} onDone={add} />
      ) : (
        parameters.length === 0 &&
        !isGiven && (
          <Button icon={Plus} look="quiet" className="self-start" onClick={() => setIsAdding(true)}>
            Add to {label.toLowerCase()}
          </Button>
        )
      )}
    </div>
  );
}

interface EntryProps {
  readonly field: Field;
  readonly record: { readonly [key: string]: Json };
  readonly path: JsonPath;
  readonly name: string;
  readonly parameter: CallParameter | undefined;
  /** What is called knows no such name. */
  readonly isStrange?: boolean;
  /** Its value comes from elsewhere. */
  readonly isGiven?: boolean;
}

function Entry({ field, record, path, name, parameter, isStrange = false, isGiven = false }: EntryProps): ReactNode {
  const { owner } = useForm();
  const place = [...path, name];
  const findings = useFieldFindings(place);
  const isSet = Object.hasOwn(record, name);
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <div className="flex min-h-6 items-center gap-1">
        <span className="truncate font-mono text-xs">{pageText(name)}</span>
        {parameter !== undefined && (
          <span className="truncate text-2xs text-muted">
            {parameter.type}
            {parameter.isRequired ? '' : ', can be left out'}
          </span>
        )}
        {parameter?.description !== undefined && <About text={parameter.description} />}
        <span className="grow" />
        {isSet && (parameter?.isRequired !== true || isStrange) && (
          <IconButton
            icon={X}
            label={`Remove ${name}`}
            className="size-6"
            onClick={() => writeValue(owner, place, undefined)}
          />
        )}
        {!isSet && !isGiven && (
          <Button look="quiet" icon={Plus} className="h-6" onClick={() => writeValue(owner, place, firstValue(field))}>
            Set
          </Button>
        )}
      </div>
      {isSet && <ValueEditor field={field} label={name} path={place} value={record[name]} />}
      <FindingList findings={findings} />
    </div>
  );
}
