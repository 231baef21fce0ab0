import type { Rule } from './context.ts';
import { expressionSyntax } from './rules/expressionSyntax.ts';

/** Every rule, in no order that matters: diagnostics are sorted by their place. */
export const rules: readonly Rule[] = [expressionSyntax];
