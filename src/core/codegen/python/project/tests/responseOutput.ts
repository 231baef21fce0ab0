import { evaluateJson, evaluateText, type RootValue } from '../../../../workflow/expressions/evaluate.ts';
import type { Value } from '../../../../workflow/expressions/values.ts';
import { escapedPage } from '../../../../workflow/nodes/rawAnswers.ts';
import type { NodeOf } from '../../../../workflow/types.ts';

/** What a response gives, with the values in a page escaped. Throws as `evaluateJson`. */
export function responseOutput({ config }: NodeOf<'response'>, root: RootValue): Value {
  const page = escapedPage(config);
  return page === undefined ? evaluateJson(config.output, root) : evaluateText(page, root);
}
