import * as z from 'zod';

import type { DrawnNode } from '../../../../core/workflow/edits/index.ts';
import { registry } from '../../../../core/workflow/nodes/registry.ts';
import { nodeSchemas } from '../../../../core/workflow/types.ts';
import { fieldOf, type Field } from './field.ts';

/** What can stand in the `step` of a node, beside its config; undefined where the node awaits nothing and has none. */
export function stepFieldOf({
  known,
  step,
}: {
  readonly known: DrawnNode['known'];
  readonly step?: unknown;
}): Field | undefined {
  if (known !== undefined && !registry[known].awaits && step === undefined) return undefined;
  const schema = known && nodeSchemas.get(known);
  const shape: Readonly<Record<string, z.core.$ZodType>> = schema instanceof z.ZodObject ? schema.shape : {};
  return shape['step'] && fieldOf(shape['step']);
}
