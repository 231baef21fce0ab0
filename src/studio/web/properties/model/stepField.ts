import * as z from 'zod';

import type { DrawnNode } from '../../../../core/workflow/edits/index.ts';
import { nodeSchemas } from '../../../../core/workflow/types.ts';
import { fieldOf, type Field } from './field.ts';

/** What can stand in the `step` of a node, beside its config; undefined where its type has no such thing. */
export function stepFieldOf({ known }: Pick<DrawnNode, 'known'>): Field | undefined {
  const schema = known && nodeSchemas.get(known);
  const shape: Readonly<Record<string, z.core.$ZodType>> = schema instanceof z.ZodObject ? schema.shape : {};
  return shape['step'] && fieldOf(shape['step']);
}
