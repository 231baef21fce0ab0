import { ChevronRight, Plus, Trash2 } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';

import type { Json, JsonPath } from '../../../../core/workflow/index.ts';
import { Button, IconButton } from '../../design/Button.tsx';
import { Tooltip } from '../../design/Tooltip.tsx';
import { inputLook, Select } from '../controls.tsx';
import { useForm } from '../formContext.ts';
import { isRecord } from '../model/field.ts';
import {
  rowsOf,
  rulesText,
  simpleTypes,
  withName,
  withNewProperty,
  withoutProperty,
  withRequired,
  withType,
  type RowType,
  type SchemaChange,
  type SchemaRow,
} from '../model/schemaTable.ts';
import { dragLook, Grip } from '../Grip.tsx';
import { fieldKey, movePropertyOf, typedValue, writeValues } from '../owner.ts';
import { useReorder } from '../useReorder.ts';
import { useDraft } from '../useDraft.ts';
import { spelled } from '../../design/spelled.ts';
import { pageText } from '../../../../core/workflow/diagnostics/pageText.ts';

interface SchemaTableProps {
  readonly label: string;
  readonly path: JsonPath;
  readonly value: Json | undefined;
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'Text',
  number: 'Number',
  integer: 'Whole number',
  boolean: 'True/false',
  object: 'Object',
  choice: 'Choice',
  list: 'List',
  'list of string': 'List of text',
  'list of number': 'List of numbers',
  'list of integer': 'List of whole numbers',
  'list of boolean': 'List of true/false',
  'list of object': 'List of objects',
  any: 'Anything',
};
const types: readonly RowType[] = [
  'string',
  'choice',
  'integer',
  'number',
  'boolean',
  'object',
  ...simpleTypes.map((type) => `list of ${type}` as const),
  'any',
];

/** The fields of an object, one a row; what a row has no room for is under it. */
export function SchemaTable({ label, path, value }: SchemaTableProps): ReactNode {
  const { owner } = useForm();
  const schema = isRecord(value) ? value : { type: 'object', properties: {} };
  const rows = rowsOf(schema) ?? [];
  const [fresh, setFresh] = useState<string>();
  const change = (changes: readonly SchemaChange[]): void => {
    if (changes.length > 0) writeValues(owner, placed(path, changes));
  };
  const reorder = useReorder(rows.length, (from, to) => {
    const [key, place] = [rows[from]?.key, rows[to]?.key];
    if (key !== undefined && place !== undefined) movePropertyOf(owner, [...path, 'properties'], key, place);
  });
  return (
    <div data-items className="flex min-w-0 flex-col gap-1" role="group" aria-label={`Fields of ${label}`}>
      {rows.length > 0 && (
        <div aria-hidden className="flex gap-1 pl-13 text-2xs text-muted">
          <span className="min-w-0 grow">Field</span>
          <span className="w-[5.5rem] shrink-0">Type</span>
          <span className="-mr-1 w-8 shrink-0 truncate">Must</span>
        </div>
      )}
      {rows.map((row, index) => (
        <div key={row.key} data-item className={`relative min-w-0 ${dragLook(reorder, index, rows.length)}`}>
          <Row
            row={row}
            schema={schema}
            path={path}
            isFresh={row.key === fresh}
            grip={<Grip name={row.key} handle={reorder.handle(index)} />}
            onChange={change}
          />
        </div>
      ))}
      {rows.length === 0 && <p className="text-xs text-muted">It has no fields yet.</p>}
      <Button
        icon={Plus}
        look="quiet"
        className="self-start"
        onClick={() => {
          const { key, changes } = withNewProperty(schema);
          setFresh(key);
          change(
            value === undefined
              ? [{ path: [], value: { ...schema, properties: { [key]: { type: 'string' } }, required: [key] } }]
              : changes,
          );
        }}
      >
        Add field
      </Button>
    </div>
  );
}

function placed(path: JsonPath, changes: readonly SchemaChange[]): readonly SchemaChange[] {
  return changes.map((each) => ({ ...each, path: [...path, ...each.path] }));
}

interface RowProps {
  readonly row: SchemaRow;
  readonly schema: { readonly [key: string]: Json };
  readonly path: JsonPath;
  readonly isFresh: boolean;
  readonly grip: ReactNode;
  readonly onChange: (changes: readonly SchemaChange[]) => void;
}

function Row({ row, schema, path, isFresh, grip, onChange }: RowProps): ReactNode {
  const { key, type, isRequired } = row;
  const [isOpen, setIsOpen] = useState(false);
  const own = ['properties', key];
  const set = (next: string): void =>
    onChange(withType(row.schema, next as RowType).map((each) => ({ ...each, path: [...own, ...each.path] })));
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <div className="flex min-w-0 items-center gap-1">
        {grip}
        <IconButton
          icon={ChevronRight}
          label={`${isOpen ? 'Less' : 'More'} of ${key}`}
          aria-expanded={isOpen}
          className={`size-6 ${isOpen ? '[&>svg]:rotate-90' : ''}`}
          onClick={() => setIsOpen(!isOpen)}
        />
        <NameField name={key} isFresh={isFresh} onRename={(name) => onChange(withName(schema, key, name))} />
        <Select
          aria-label={`Type of ${key}`}
          className="h-7! w-[5.5rem]! shrink-0 text-xs!"
          value={type}
          disabled={type === 'other'}
          onChange={({ target }) => set(target.value)}
        >
          {types.map((each) => (
            <option key={each} value={each}>
              {typeNames[each]}
            </option>
          ))}
          {!types.includes(type) && <option value={type}>{typeNames[type] ?? 'As written'}</option>}
        </Select>
        <Tooltip label={isRequired ? 'It has to be there' : 'It may be left out'}>
          <label className="flex size-6 shrink-0 cursor-pointer items-center justify-center">
            <input
              type="checkbox"
              aria-label={`${key} is required`}
              checked={isRequired}
              className="size-3.5 accent-accent"
              onChange={({ target }) => onChange(withRequired(schema, key, target.checked))}
            />
          </label>
        </Tooltip>
      </div>
      {!isOpen && row.description !== '' && (
        <p className="ml-12 truncate text-2xs text-muted">{pageText(row.description)}</p>
      )}
      {isOpen && <Details row={row} path={[...path, ...own]} onRemove={() => onChange(withoutProperty(schema, key))} />}
    </div>
  );
}

interface NameFieldProps {
  readonly name: string;
  readonly isFresh: boolean;
  readonly onRename: (name: string) => void;
}

/** A name counts when it is whole: half of one could be another's. */
function NameField({ name, isFresh, onRename }: NameFieldProps): ReactNode {
  const [typed, setTyped] = useState(name);
  useEffect(() => setTyped(name), [name]);
  const rename = (): void => {
    if (typed.trim() === name) return;
    onRename(typed.trim());
    setTyped(name);
  };
  return (
    <input
      aria-label={`Name of ${name}`}
      {...spelled(typed, setTyped)}
      spellCheck={false}
      autoFocus={isFresh}
      className={`${inputLook} h-7! font-mono text-xs!`}
      onFocus={({ target }) => isFresh && target.select()}
      onBlur={rename}
      onKeyDown={({ key }) => {
        if (key === 'Enter') rename();
        if (key === 'Escape') setTyped(name);
      }}
    />
  );
}

interface DetailsProps {
  readonly row: SchemaRow;
  readonly path: JsonPath;
  readonly onRemove: () => void;
}

function Details({ row, path, onRemove }: DetailsProps): ReactNode {
  const { key, inside, rules, type } = row;
  const inner = inside === undefined ? undefined : innerSchema(row.schema, inside);
  const words = rulesText(rules);
  return (
    <div className="ml-3 flex min-w-0 flex-col gap-1.5 border-l-2 border-line pb-1 pl-3.5">
      <Description name={key} path={[...path, 'description']} value={row.description} />
      {type === 'choice' && <Choices name={key} path={[...path, 'enum']} choices={row.choices} />}
      {words !== '' && (
        <p className="text-2xs break-words text-muted">
          Also says <code className="font-mono">{pageText(words)}</code>
        </p>
      )}
      {inner !== undefined && <SchemaTable label={key} path={[...path, ...(inside ?? [])]} value={inner} />}
      <Button icon={Trash2} look="quiet" className="h-7 self-start" onClick={onRemove}>
        Remove {pageText(key)}
      </Button>
    </div>
  );
}

interface DescriptionProps {
  readonly name: string;
  readonly path: JsonPath;
  readonly value: string;
}

function Description({ name, path, value }: DescriptionProps): ReactNode {
  const { owner } = useForm();
  const draft = useDraft(fieldKey(owner, path), value, (text) =>
    typedValue(owner, path, text === '' ? undefined : text),
  );
  return (
    <input
      aria-label={`Description of ${name}`}
      placeholder="What it is; a model reads this"
      {...spelled(draft.value, draft.set)}
      className={`${inputLook} h-7! text-xs!`}
      onBlur={draft.flush}
    />
  );
}

function innerSchema(schema: Json, inside: JsonPath): Json | undefined {
  let inner: Json | undefined = schema;
  for (const key of inside) inner = isRecord(inner) ? inner[key] : undefined;
  return inner;
}

interface ChoicesProps {
  readonly name: string;
  readonly path: JsonPath;
  readonly choices: readonly string[];
}

/** The words of a choice, with commas between them. */
function Choices({ name, path, choices }: ChoicesProps): ReactNode {
  const { owner } = useForm();
  const draft = useDraft(fieldKey(owner, path), choices.join(', '), (text) => {
    const words = [...new Set(text.split(',').map((word) => word.trim()))].filter((word) => word !== '');
    return words.length > 0 ? typedValue(owner, path, words) : undefined;
  });
  return (
    <input
      aria-label={`Choices of ${name}`}
      placeholder="one, two, three"
      {...spelled(draft.value, draft.set)}
      className={`${inputLook} h-7! text-xs!`}
      onBlur={draft.flush}
    />
  );
}
