import { Plus, X } from 'lucide-react';
import { useId, useState, type ReactNode } from 'react';

import type { Json } from '../../../../core/workflow/index.ts';
import type { JsonSchema } from '../../../../core/workflow/jsonSchema.ts';
import { misfit } from '../../../../core/workflow/schemaFit.ts';
import { Button, IconButton } from '../../design/Button.tsx';
import { area, field } from '../../design/fields.ts';
import { jsonOrWhy } from '../jsonText.ts';
import { asObject } from '../shapes.ts';
import { FileField } from './FileField.tsx';
import { controlOf, exampleOf, hintOf, newValue, withMember, type FormField } from './formModel.ts';
import { pageText } from '../../../../core/workflow/diagnostics/pageText.ts';
import { spelled } from '../../design/spelled.ts';

interface SchemaFormProps {
  readonly schema: JsonSchema;
  readonly value: Json;
  readonly onChange: (value: Json) => void;
  /** Fields that are asked for elsewhere. */
  readonly without?: readonly string[];
}

/** A form for the values of a JSON Schema; what no form could show is written as JSON. */
export function SchemaForm({ schema, value, onChange, without = [] }: SchemaFormProps): ReactNode {
  const control = controlOf(schema);
  if (control.kind !== 'object')
    return <JsonField label="Input" id={undefined} value={value} onChange={(next) => onChange(next ?? null)} />;
  return (
    <Fields
      fields={control.fields.filter(({ name }) => !without.includes(name))}
      value={value}
      depth={1}
      onChange={onChange}
    />
  );
}

interface FieldsProps {
  readonly fields: readonly FormField[];
  readonly value: Json;
  readonly depth: number;
  readonly onChange: (value: Json) => void;
}

function Fields({ fields, value, depth, onChange }: FieldsProps): ReactNode {
  if (fields.length === 0) return <p className="text-xs text-muted">It takes no fields.</p>;
  return (
    <div className="flex flex-col gap-2.5">
      {fields.map((each) => (
        <LabelledField
          key={each.name}
          field={each}
          value={asObject(value)?.[each.name]}
          depth={depth}
          onChange={(next) => onChange(withMember(value, each.name, next))}
        />
      ))}
    </div>
  );
}

interface LabelledFieldProps {
  readonly field: FormField;
  readonly value: Json | undefined;
  readonly depth: number;
  readonly onChange: (value: Json | undefined) => void;
}

function LabelledField({ field: { name, schema, isRequired }, value, depth, onChange }: LabelledFieldProps): ReactNode {
  const id = useId();
  const problem = value === undefined ? (isRequired ? 'it is needed' : undefined) : misfit(value, schema);
  const hint = hintOf(schema);
  return (
    <div className="flex min-w-0 flex-col gap-0.5 text-xs">
      <div className="flex items-baseline gap-2">
        <label htmlFor={id} className="font-medium">
          {pageText(name)}
        </label>
        {isRequired && <span className="text-2xs text-muted">needed</span>}
        {problem !== undefined && (
          <span id={`${id}-problem`} className="text-2xs text-danger">
            {pageText(problem)}
          </span>
        )}
        <span className="grow" />
        {!isRequired && value !== undefined && (
          <button type="button" className="text-2xs text-muted hover:text-ink" onClick={() => onChange(undefined)}>
            leave out
          </button>
        )}
      </div>
      <ValueField
        id={id}
        label={name}
        schema={schema}
        value={value}
        depth={depth}
        isRequired={isRequired}
        isWrong={problem !== undefined}
        onChange={onChange}
      />
      {hint !== undefined && <span className="text-2xs text-muted">{hint}</span>}
    </div>
  );
}

interface ValueFieldProps {
  readonly id: string | undefined;
  readonly label: string;
  readonly schema: JsonSchema;
  readonly value: Json | undefined;
  readonly depth: number;
  readonly isRequired: boolean;
  readonly isWrong: boolean;
  readonly onChange: (value: Json | undefined) => void;
}

function ValueField(props: ValueFieldProps): ReactNode {
  const { id, label, schema, value, depth, isRequired, isWrong, onChange } = props;
  const control = controlOf(schema, depth);
  const common = { id, 'aria-invalid': isWrong, ...(id === undefined && { 'aria-label': label }) };
  // A value of another type is shown as what it is.
  const isOther = value !== undefined && misfitsControl(value, control.kind);
  if (isOther || control.kind === 'json') return <JsonField id={id} label={label} value={value} onChange={onChange} />;
  switch (control.kind) {
    case 'text': {
      const textual = {
        ...common,
        ...spelled(typeof value === 'string' ? value : '', (text) =>
          onChange(text === '' && !isRequired ? undefined : text),
        ),
        placeholder: exampleOf(schema),
      };
      return control.isLong ? (
        <textarea {...textual} rows={2} className={`${area} field-sizing-content max-h-40 w-full resize-y`} />
      ) : (
        <input type="text" {...textual} className={`${field} w-full`} />
      );
    }
    case 'number':
      return (
        <input
          type="number"
          {...common}
          step={control.isWhole ? 1 : 'any'}
          className={`${field} w-40`}
          placeholder={exampleOf(schema)}
          value={typeof value === 'number' ? value : ''}
          onChange={({ target }) => onChange(target.value === '' ? undefined : target.valueAsNumber)}
        />
      );
    case 'boolean':
      return (
        <Choice common={common} choices={[true, false]} value={value} isRequired={isRequired} onChange={onChange} />
      );
    case 'choice':
      return (
        <Choice common={common} choices={control.choices} value={value} isRequired={isRequired} onChange={onChange} />
      );
    case 'object':
      return (
        <fieldset id={id} className="border-l-2 border-line pl-3">
          <legend className="sr-only">{label}</legend>
          <Fields fields={control.fields} value={value ?? {}} depth={depth + 1} onChange={onChange} />
        </fieldset>
      );
    case 'file':
      return <FileField id={id} label={label} file={control.file} value={value} onChange={onChange} />;
    case 'list':
      return (
        <List
          id={id}
          label={label}
          item={control.item}
          value={Array.isArray(value) ? value : []}
          depth={depth}
          onChange={onChange}
        />
      );
  }
}

function misfitsControl(value: Json, kind: ReturnType<typeof controlOf>['kind']): boolean {
  if (kind === 'text') return typeof value !== 'string';
  if (kind === 'number') return typeof value !== 'number';
  if (kind === 'boolean') return typeof value !== 'boolean';
  if (kind === 'list') return !Array.isArray(value);
  return (kind === 'object' || kind === 'file') && asObject(value) === undefined;
}

interface ChoiceProps {
  readonly common: Readonly<Record<string, string | boolean | undefined>>;
  readonly choices: readonly Json[];
  readonly value: Json | undefined;
  readonly isRequired: boolean;
  readonly onChange: (value: Json | undefined) => void;
}

function Choice({ common, choices, value, isRequired, onChange }: ChoiceProps): ReactNode {
  const texts = choices.map((choice) => JSON.stringify(choice));
  const index = value === undefined ? -1 : texts.indexOf(JSON.stringify(value));
  return (
    <select
      {...common}
      className={`${field} w-fit max-w-full`}
      value={index}
      onChange={({ target }) => onChange(choices[Number(target.value)])}
    >
      {(index === -1 || !isRequired) && <option value={-1}>{value === undefined ? '' : preview(value)}</option>}
      {choices.map((choice, place) => (
        <option key={texts[place]} value={place}>
          {preview(choice)}
        </option>
      ))}
    </select>
  );
}

function preview(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

interface ListProps {
  readonly id: string | undefined;
  readonly label: string;
  readonly item: JsonSchema;
  readonly value: readonly Json[];
  readonly depth: number;
  readonly onChange: (value: Json) => void;
}

function List({ id, label, item, value, depth, onChange }: ListProps): ReactNode {
  return (
    <div id={id} className="flex flex-col gap-1.5 border-l-2 border-line pl-3">
      {value.map((each, index) => (
        <div key={index} className="flex items-start gap-1">
          <div className="min-w-0 grow">
            <ValueField
              id={undefined}
              label={`${label} ${index + 1}`}
              schema={item}
              value={each}
              depth={depth + 1}
              isRequired
              isWrong={misfit(each, item) !== undefined}
              onChange={(next) => onChange(value.with(index, next ?? null))}
            />
          </div>
          <IconButton
            icon={X}
            label={`Take ${label} ${index + 1} out`}

            onClick={() => onChange(value.toSpliced(index, 1))}
          />
        </div>
      ))}
      <Button look="quiet" icon={Plus} className="self-start" onClick={() => onChange([...value, newValue(item)])}>
        Add
      </Button>
    </div>
  );
}

interface JsonFieldProps {
  readonly id: string | undefined;
  readonly label: string;
  readonly value: Json | undefined;
  readonly onChange: (value: Json | undefined) => void;
}

/** A text of which only what is JSON is taken on. */
function JsonField({ id, label, value, onChange }: JsonFieldProps): ReactNode {
  const written = value === undefined ? '' : JSON.stringify(value, null, 2);
  const [typed, setTyped] = useState<string>();
  const text = typed ?? written;
  const read = text.trim() === '' ? { value: undefined } : jsonOrWhy(text);
  return (
    <>
      <textarea
        id={id}
        {...(id === undefined && { 'aria-label': label })}
        aria-invalid={'why' in read}
        spellCheck={false}
        rows={3}
        placeholder="JSON"
        className={`${area} field-sizing-content max-h-48 w-full resize-y font-mono`}
        value={text}
        onChange={({ target }) => {
          setTyped(target.value);
          const next = target.value.trim() === '' ? { value: undefined } : jsonOrWhy(target.value);
          if ('value' in next) onChange(next.value);
        }}
        onBlur={() => 'value' in read && setTyped(undefined)}
      />
      {'why' in read && <span className="text-2xs text-danger">{read.why}</span>}
    </>
  );
}
