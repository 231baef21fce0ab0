import { Template, type Expression, type TemplatePart } from '../../../../workflow/expressions/syntax.ts';

/**
 * The address of a request with its values encoded, so that none of them can be more than a part of the path or the query. A
 * variable at the beginning is the operator's, and stays as it is.
 */
export function encodedAddress(url: Template): Template {
  const parts = url.parts.map((part, index): TemplatePart => {
    if (part.kind === 'text' || (index === 0 && isVariable(part.expression))) return part;
    return { ...part, expression: encoded(part.expression) };
  });
  return new Template(url.source, parts, url.problems);
}

function isVariable(expression: Expression): boolean {
  return expression.kind === 'path' && expression.root === 'env';
}

function encoded(subject: Expression): Expression {
  const filter = (name: 'string' | 'url_encode', of: Expression): Expression => ({
    kind: 'filter',
    name,
    subject: of,
    args: [],
    nameSpan: of.span,
    span: of.span,
  });
  return filter('url_encode', filter('string', subject));
}
