import * as z from 'zod';

import type { ModelFacts } from './models/facts.ts';
import type { RequestRules } from './models/requestRules.ts';

/** The keys of `Of` that hold a `Value`. */
type KeysWith<Of, Value> = { [Key in keyof Of]: Of[Key] extends Value ? Key : never }[keyof Of];

/** What a form should know of a value that its schema does not say. */
export interface FormHint {
  /** What it is called; made of its key when left out. */
  readonly title?: string;
  /** How it is edited, where the type of its value does not say. */
  readonly editor?: 'template' | 'templateJson' | 'json' | 'jsonSchema' | 'python';
  /** It is a text of several lines. */
  readonly isLong?: boolean;
  /** It is shown whether or not it is set. */
  readonly isPrimary?: boolean;
  /** Under which heading it stands when it is set, and in the list of what can be added. */
  readonly group?: (typeof formGroups)[number];
  /** Another key of the same object that it takes the place of, and what it then begins with. */
  readonly insteadOf?: string;
  readonly from?: (other: unknown) => unknown;
  /** Another key of the same object, and the values of it with which this one means something. */
  readonly only?: { readonly key: string; readonly of: readonly string[] };
  /** What there is to choose from, beside what is typed. */
  readonly choices?: 'models' | 'servers' | 'providers' | 'pythonFiles' | 'workflowFiles' | 'functions' | 'errorCodes';
  /** Its keys are the parameters of what the node calls. */
  readonly keys?: 'parameters';
  /** What the chosen model limits it to. */
  readonly most?: KeysWith<ModelFacts, number>;
  readonly allowed?: KeysWith<ModelFacts, readonly string[]>;
  /** What of the model has to be true for the value to be taken. */
  readonly needs?: KeysWith<ModelFacts, boolean>;
  /** What the provider's API limits it to. */
  readonly range?: KeysWith<RequestRules, readonly [number, number]>;
}

/** Headings of a form, in their order. */
export const formGroups = [
  'Prompt',
  'Request',
  'Answer',
  'Sampling',
  'Tools',
  'Reasoning',
  'Access',
  'Signature',
  'Limits',
  'More',
] as const;

/** Apart from the metadata of the schemas, which the published JSON Schema repeats. */
export const formHints = z.registry<FormHint>();
