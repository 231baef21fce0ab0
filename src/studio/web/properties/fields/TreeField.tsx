import { Braces, Brackets, CaseSensitive, CircleSlash2, Hash, Plus, ToggleLeft, X } from 'lucide-react';
import { useState, type ReactNode } from 'react';

import type { Json } from '../../../../core/workflow/index.ts';
import { Button, IconButton } from '../../design/Button.tsx';
import { Menu } from '../../design/Menu.tsx';
import { useForm, type FieldProps } from '../formContext.ts';
import { isList, isRecord, type Field, type FieldShape } from '../model/field.ts';
import { writeValue } from '../owner.ts';
import { NumberField } from './PlainFields.tsx';
import { NameInput } from '../NameInput.tsx';
import { TemplateField } from './TemplateField.tsx';
import { Switch } from '../controls.tsx';
import { pageText } from '../../../../core/workflow/diagnostics/pageText.ts';

type Kind = 'text' | 'number' | 'boolean' | 'null' | 'object' | 'list';

const kinds = {
  text: { title: 'Text or expression', icon: CaseSensitive, first: '' },
  object: { title: 'Object', icon: Braces, first: {} },
  list: { title: 'List', icon: Brackets, first: [] },
  number: { title: 'Number', icon: Hash, first: 0 },
  boolean: { title: 'True or false', icon: ToggleLeft, first: true },
  null: { title: 'Nothing (null)', icon: CircleSlash2, first: null },
} as const satisfies Record<Kind, { title: string; icon: typeof Braces; first: Json }>;

function kindOf(value: Json): Kind {
  if (value === null) return 'null';
  if (isList(value)) return 'list';
  if (typeof value === 'object') return 'object';
  return typeof value === 'string' ? 'text' : typeof value === 'number' ? 'number' : 'boolean';
}

const number: Field & { readonly shape: FieldShape & { kind: 'number' } } = {
  shape: { kind: 'number', isInteger: false },
  hint: {},
  description: undefined,
  isRequired: true,
  default: undefined,
  canBeTemplate: false,
};

/** Any JSON with expressions in its texts, as a tree. */
export function TreeField({ value = '', ...rest }: FieldProps): ReactNode {
  const { label, path } = rest;
  const { owner } = useForm();
  const kind = kindOf(value);
  const { icon, title } = kinds[kind];
  const choose = (next: Kind): void => {
    if (next !== kind) writeValue(owner, path, changed(value, next));
  };
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <div className="flex min-w-0 items-start gap-1">
        <div className="flex min-h-8 min-w-0 grow flex-col justify-center">
          {kind === 'text' && <TemplateField {...rest} value={value} isLong={false} />}
          {kind === 'number' && <NumberField {...rest} value={value} field={number} shape={number.shape} />}
          {typeof value === 'boolean' && (
            <Switch label={label} isOn={value} onChange={(isOn) => writeValue(owner, path, isOn)}>
              {String(value)}
            </Switch>
          )}
          {kind === 'null' && <span className="font-mono text-xs text-muted">null</span>}
          {kind === 'object' && <span className="text-xs text-muted">Object</span>}
          {kind === 'list' && <span className="text-xs text-muted">List</span>}
        </div>
        <Menu
          entries={(Object.keys(kinds) as Kind[]).map((each) => ({
            title: kinds[each].title,
            isChecked: each === kind,
            onSelect: () => choose(each),
          }))}
        >
          <IconButton icon={icon} label={`Kind of ${label}: ${title}`} />
        </Menu>
      </div>
      {isRecord(value) && <Members {...rest} value={value} />}
      {isList(value) && <Items {...rest} value={value} />}
    </div>
  );
}

function Members({ label, path, value }: FieldProps & { readonly value: { readonly [key: string]: Json } }): ReactNode {
  const { owner } = useForm();
  const [isAdding, setIsAdding] = useState(false);
  const add = (key: string): void => {
    setIsAdding(false);
    if (key !== '' && !Object.hasOwn(value, key)) writeValue(owner, [...path, key], '');
  };
  return (
    <div className="flex min-w-0 flex-col gap-2 border-l-2 border-line pl-3">
      {Object.entries(value).map(([key, inner]) => (
        <div key={key} className="flex min-w-0 flex-col gap-0.5">
          <div className="flex min-h-6 items-center">
            <span className="grow truncate font-mono text-xs">{pageText(key)}</span>
            <IconButton
              icon={X}
              label={`Remove ${key}`}
              className="size-6"
              onClick={() => writeValue(owner, [...path, key], undefined)}
            />
          </div>
          <TreeField label={key} path={[...path, key]} value={inner} />
        </div>
      ))}
      {isAdding ? (
        <NameInput label={`Key in ${label}`} onDone={add} />
      ) : (
        <Button icon={Plus} look="quiet" className="self-start" onClick={() => setIsAdding(true)}>
          Add a key
        </Button>
      )}
    </div>
  );
}

function Items({ label, path, value }: FieldProps & { readonly value: readonly Json[] }): ReactNode {
  const { owner } = useForm();
  return (
    <div className="flex min-w-0 flex-col gap-2 border-l-2 border-line pl-3">
      {value.map((inner, index) => (
        <div key={index} className="flex min-w-0 items-start gap-1">
          <div className="min-w-0 grow">
            <TreeField label={`${label} ${index + 1}`} path={[...path, index]} value={inner} />
          </div>
          <IconButton
            icon={X}
            label={`Remove item ${index + 1}`}
            onClick={() => writeValue(owner, [...path, index], undefined)}
          />
        </div>
      ))}
      <Button
        icon={Plus}
        look="quiet"
        className="self-start"
        onClick={() => writeValue(owner, [...path, value.length], '')}
      >
        Add an item
      </Button>
    </div>
  );
}

/** A value as another kind, with as much of it as that can hold. */
function changed(value: Json, kind: Kind): Json {
  if (kind === 'list' && value !== null && value !== '') return [value];
  if (kind === 'object' && typeof value === 'string' && value !== '') return { value };
  if (kind === 'text' && isRecord(value)) {
    const only = Object.values(value);
    if (only.length === 1 && typeof only[0] === 'string') return only[0];
  }
  if (kind === 'text' && (typeof value === 'number' || typeof value === 'boolean')) return String(value);
  return kinds[kind].first;
}
