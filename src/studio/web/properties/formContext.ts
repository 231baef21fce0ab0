import { createContext, useContext } from 'react';

import type { DrawnNode } from '../../../core/workflow/edits/index.ts';
import type { Diagnostic, Json, JsonPath } from '../../../core/workflow/index.ts';
import type { Callee } from '../../../core/workflow/language/index.ts';
import type { Model } from '../../../core/workflow/models/catalog.ts';
import type { Provider } from '../../../core/workflow/models/provider.ts';
import { placeKey, type PlacedFindings } from './model/findings.ts';
import type { Owner } from './owner.ts';

/** What all fields of a form go by. */
export interface Form {
  readonly owner: Owner;
  /** Where the owner stands in the file. */
  readonly root: JsonPath;
  readonly findings: PlacedFindings;
  /** Of a form about a node. */
  readonly node: DrawnNode | undefined;
  readonly provider: Provider | undefined;
  /** The model that the node asks, by its name, and what is known of it. */
  readonly modelName: string | undefined;
  readonly model: Model | undefined;
  readonly callee: Callee | undefined;
  /** The node is offered to a model, which gives its arguments. */
  readonly isTool: boolean;
}

export const FormContext = createContext<Form | undefined>(undefined);

export function useForm(): Form {
  const form = useContext(FormContext);
  if (form === undefined) throw new Error('A field stands outside of a form.');
  return form;
}

const none: readonly Diagnostic[] = [];

/** What was found at a field. @param path from the form's owner */
export function useFieldFindings(path: JsonPath): readonly Diagnostic[] {
  const { root, findings } = useForm();
  return findings.get(placeKey([...root, ...path])) ?? none;
}

/** Whether something was found at a field, or inside of it. @param path from the form's owner */
export function useHasFindings(path: JsonPath): boolean {
  const { root, findings } = useForm();
  const key = placeKey([...root, ...path]);
  return [...findings.keys()].some((place) => place === key || place.startsWith(placeKey([...root, ...path, ''])));
}

/** What every field is given. */
export interface FieldProps {
  /** Its name for everyone who does not see where it stands. */
  readonly label: string;
  /** From the form's owner. */
  readonly path: JsonPath;
  readonly value: Json | undefined;
  /** The id of what describes it. */
  readonly describedBy?: string | undefined;
  readonly autoFocus?: boolean | undefined;
}
