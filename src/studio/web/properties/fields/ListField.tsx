import { ChevronDown, ChevronUp, CircleAlert, Plus, X } from 'lucide-react';
import { useId, useState, type ReactNode } from 'react';

import type { Json, JsonPath } from '../../../../core/workflow/index.ts';
import { Button, IconButton } from '../../design/Button.tsx';
import { preview } from '../../design/figures.ts';
import { Select } from '../controls.tsx';
import { ValueEditor } from '../ValueEditor.tsx';
import { dragLook, Grip } from '../Grip.tsx';
import { FindingList } from '../FindingList.tsx';
import { useFieldFindings, useForm, useHasFindings, type FieldProps } from '../formContext.ts';
import { firstValue, fits, isRecord, isTemplate, titleOf, type Field, type FieldShape } from '../model/field.ts';
import { writeValue } from '../owner.ts';
import { moved, useReorder } from '../useReorder.ts';
import { UnionChoice } from '../UnionChoice.tsx';
import { ObjectFields } from './ObjectFields.tsx';

interface ListFieldProps extends FieldProps {
  readonly value: readonly Json[];
  readonly shape: FieldShape & { kind: 'list' };
}

/** A list whose items can be added, put elsewhere and removed. */
export function ListField({ shape: { item }, label, path, value: items }: ListFieldProps): ReactNode {
  const { owner } = useForm();
  const write = (next: readonly Json[]): void => {
    writeValue(owner, path, next);
  };
  const reorder = useReorder(items.length, (from, to) => write(moved(items, from, to)));
  const noun = nounOf(label);
  const [countAtFirst] = useState(items.length);
  const isCard = item.shape.kind === 'object' || item.shape.kind === 'union';
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <ol data-items className="flex min-w-0 flex-col gap-1.5" aria-label={label}>
        {items.map((value, index) => {
          const name = `${noun} ${index + 1}`;
          const grip = <Grip name={name} handle={reorder.handle(index)} />;
          const remove = (
            <IconButton
              icon={X}
              label={`Remove ${name}`}
              className="size-7"
              onClick={() => write(items.filter((_each, other) => other !== index))}
            />
          );
          const opens = countAtFirst <= mostOpen || index >= countAtFirst;
          const given = { item, name, path: [...path, index], value, grip, remove, opens };
          return (
            <li key={index} data-item className={`relative min-w-0 ${dragLook(reorder, index, items.length)}`}>
              {isCard ? <Card {...given} /> : <Row {...given} />}
            </li>
          );
        })}
      </ol>
      <Button icon={Plus} look="quiet" className="self-start" onClick={() => write([...items, nextItem(item, items)])}>
        Add {noun.toLowerCase()}
      </Button>
    </div>
  );
}

interface ItemProps {
  readonly item: Field;
  readonly name: string;
  readonly path: JsonPath;
  readonly value: Json;
  readonly grip: ReactNode;
  readonly remove: ReactNode;
  /** Whether its fields are shown at first. */
  readonly opens: boolean;
}

/** Of longer lists, items are shown in a line each until they are opened. */
const mostOpen = 3;

function Row({ item, name, path, value, grip, remove }: ItemProps): ReactNode {
  const findings = useFieldFindings(path);
  return (
    <div className="flex flex-col gap-1">
      <div className="flex items-start gap-1">
        {grip}
        <div className="min-w-0 grow">
          <ValueEditor field={item} label={name} path={path} value={value} />
        </div>
        {remove}
      </div>
      <FindingList findings={findings} />
    </div>
  );
}

function Card({ item, name, path, value, grip, remove, opens }: ItemProps): ReactNode {
  const findings = useFieldFindings(path);
  const hasFindings = useHasFindings(path);
  const [isOpen, setOpen] = useState(opens || hasFindings);
  const fields = useId();
  const isExpression = item.canBeTemplate && isTemplate(value);
  const { shape } = item;
  const lead = shape.kind === 'object' && isRecord(value) ? leadingChoice(shape.fields) : undefined;
  return (
    <div className="relative flex min-w-0 flex-col gap-2 rounded-control border border-line bg-canvas p-2 pl-1">
      <div className="flex items-center gap-1">
        {grip}
        <div className="min-w-0 grow">
          {lead !== undefined && isRecord(value) ? (
            <Lead {...lead} name={name} path={path} value={value} />
          ) : shape.kind === 'union' && fits(item, value) && !isExpression ? (
            <UnionChoice field={item} shape={shape} label={name} path={path} value={value} />
          ) : (
            <span className="block truncate text-xs font-medium text-muted">
              {isExpression ? 'An expression that gives more of them' : titleOfItem(value, name)}
              {!isOpen && <span className="ml-1.5 font-normal text-ink">{summaryOf(value)}</span>}
            </span>
          )}
        </div>
        {hasFindings && !isOpen && (
          <CircleAlert size={14} aria-label="Something was found here" className="text-warning" />
        )}
        <IconButton
          icon={isOpen ? ChevronUp : ChevronDown}
          label={`${isOpen ? 'Close' : 'Open'} ${name}`}
          aria-expanded={isOpen}
          aria-controls={fields}
          className="size-7"
          onClick={() => setOpen(!isOpen)}
        />
        {remove}
      </div>
      <div id={fields} hidden={!isOpen} className={isOpen ? 'flex min-w-0 flex-col gap-2 pl-1' : ''}>
        {!isOpen ? null : shape.kind === 'object' && isRecord(value) ? (
          <ObjectFields
            fields={shape.fields}
            value={value}
            path={path}
            adding={`Add to ${name.toLowerCase()}`}
            {...(lead !== undefined && { without: [lead.keyOfField] })}
          />
        ) : (
          <ValueEditor field={item} label={name} path={path} value={value} isExpression={isExpression} />
        )}
        <FindingList findings={findings} />
      </div>
    </div>
  );
}

interface LeadProps {
  readonly keyOfField: string;
  readonly values: readonly string[];
}

/** The first choice of an object, which says what it is. */
function leadingChoice(fields: ReadonlyMap<string, Field>): LeadProps | undefined {
  const [first] = fields;
  if (first === undefined) return undefined;
  const [key, { shape, isRequired }] = first;
  return shape.kind === 'choice' && isRequired ? { keyOfField: key, values: shape.values } : undefined;
}

function Lead({
  keyOfField,
  values,
  name,
  path,
  value,
}: LeadProps & Pick<ItemProps, 'name' | 'path'> & { readonly value: { readonly [key: string]: Json } }): ReactNode {
  const { owner } = useForm();
  const chosen = value[keyOfField];
  return (
    <Select
      aria-label={`${titleOf(keyOfField)} of ${name}`}
      className="h-7 w-auto! border-transparent bg-transparent text-xs font-semibold hover:border-line-strong"
      value={typeof chosen === 'string' ? chosen : ''}
      onChange={({ target }) => writeValue(owner, [...path, keyOfField], target.value)}
    >
      {values.map((word) => (
        <option key={word} value={word}>
          {titleOf(word)}
        </option>
      ))}
    </Select>
  );
}

/** What is set in an item, in a few words. */
function summaryOf(value: Json): string {
  const all = isRecord(value) ? Object.values(value) : [value];
  const plain = all.filter((each) => typeof each !== 'object' || each === null);
  return plain
    .slice(0, 3)
    .map((each) => preview(each, 40))
    .join(' · ');
}

function titleOfItem(value: Json, name: string): string {
  const named = isRecord(value) ? value['name'] : undefined;
  return typeof named === 'string' && named !== '' ? named : name;
}

/** "Message" for the items of "Messages". */
function nounOf(label: string): string {
  const last = label.split(' ').at(-1) ?? '';
  return last.endsWith('ies')
    ? `${last.slice(0, -3)}y`
    : last.length > 3 && last.endsWith('s')
      ? last.slice(0, -1)
      : 'Item';
}

/** A new item goes on as those before it do: what leads the last but one leads it. */
function nextItem(item: Field, items: readonly Json[]): Json {
  const fresh = firstValue(item);
  const lead = item.shape.kind === 'object' ? leadingChoice(item.shape.fields) : undefined;
  if (lead === undefined || !isRecord(fresh)) return fresh;
  const before = items.flatMap((each) => (isRecord(each) ? (each[lead.keyOfField] ?? []) : []));
  const next = before.at(-2) ?? before.at(-1);
  return next === undefined ? fresh : { ...fresh, [lead.keyOfField]: next };
}
