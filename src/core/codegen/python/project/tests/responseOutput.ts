import { Template } from '../../../../workflow/expressions/syntax.ts';
import { evaluateJson, evaluateText, type RootValue } from '../../../../workflow/expressions/evaluate.ts';
import { Unknown, type Value } from '../../../../workflow/expressions/values.ts';
import { escapedParts } from '../../../../workflow/nodes/rawAnswers.ts';
import type { NodeOf } from '../../../../workflow/types.ts';

/** As Python's `html.escape`. */
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
};

/** What a response gives, with the values in a page escaped. Throws as `evaluateJson`. */
export function responseOutput({ config }: NodeOf<'response'>, root: RootValue): Value {
  const parts = escapedParts(config);
  if (parts === undefined) return evaluateJson(config.output, root);
  let page = '';
  for (const part of parts) {
    const text = part.kind === 'text' ? part.text : evaluateText(new Template('', [part], []), root);
    if (text instanceof Unknown) return text;
    page += part.kind === 'text' ? text : text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
  }
  return page;
}
