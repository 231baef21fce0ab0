import { count } from '../../design/figures.ts';
import type { FormHint } from '../../../../core/workflow/formHints.ts';
import type { Model } from '../../../../core/workflow/models/catalog.ts';
import type { Provider } from '../../../../core/workflow/models/provider.ts';
import type { FieldShape } from './field.ts';

export interface NumberLimits {
  readonly least?: number;
  readonly most?: number;
  /** Both, as a field shows them. */
  readonly text?: string;
}

type NumberShape = FieldShape & { readonly kind: 'number' };

/** What a number can be: by its schema, the chosen model and the provider's API, whichever is narrower. */
export function limitsOf(
  shape: NumberShape,
  hint: FormHint,
  model: Model | undefined,
  provider: Provider | undefined,
): NumberLimits {
  const [low, high] = (hint.range === undefined ? undefined : provider?.rules[hint.range]) ?? [];
  const ofModel = hint.most === undefined ? undefined : model?.[hint.most];
  const least = largest([shape.least, low]);
  const most = smallest([shape.most, high, ofModel]);
  const text =
    least !== undefined && most !== undefined
      ? `${count(least)} – ${count(most)}`
      : most === undefined
        ? undefined
        : `≤ ${count(most)}`;
  return {
    ...(least !== undefined && { least }),
    ...(most !== undefined && { most }),
    ...(text !== undefined && { text }),
  };
}

/** Why a text is no such number; undefined when it is, or is empty. Limits of models are for `check` to hold against it. */
export function numberProblem(text: string, { isInteger }: NumberShape, { least }: NumberLimits): string | undefined {
  if (text.trim() === '') return undefined;
  const number = Number(text);
  if (!Number.isFinite(number)) return 'A number is expected here.';
  if (isInteger && !Number.isInteger(number)) return 'A whole number is expected here.';
  return least !== undefined && number < least ? `It has to be at least ${count(least)}.` : undefined;
}

/** Why the chosen model does not take a value; undefined where it does, or nothing is known of it. */
export function whyNotTaken({ needs, allowed, range }: FormHint, model: Model | undefined): string | undefined {
  if (model === undefined) return undefined;
  const isRefused =
    (needs !== undefined && !model[needs]) ||
    (allowed !== undefined && model[allowed].length === 0) ||
    (range !== undefined && model.sampling === 'never');
  if (isRefused) return `${model.name} does not take this.`;
  return range !== undefined && model.sampling === 'without-reasoning'
    ? `${model.name} takes this only while it does not reason.`
    : undefined;
}

function largest(numbers: readonly (number | undefined)[]): number | undefined {
  const known = numbers.filter((each) => each !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

function smallest(numbers: readonly (number | undefined)[]): number | undefined {
  const known = numbers.filter((each) => each !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
