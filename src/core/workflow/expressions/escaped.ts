import { Template, type Expression, type TemplatePart } from './syntax.ts';

/** A text in which each value becomes one of HTML, also those in blocks; what is written around them stays. */
export function withEscapedValues({ source, parts, problems }: Template): Template {
  const escaped = parts.map((part): TemplatePart =>
    part.kind === 'text' ? part : { ...part, expression: inText(part.expression) },
  );
  return new Template(source, escaped, problems);
}

/** What stands in a text: a block, or a value. */
function inText(expression: Expression): Expression {
  if (expression.kind === 'each') return { ...expression, body: bodyOf(expression.body) };
  if (expression.kind === 'conditional' && expression.isBlock === true)
    return { ...expression, then: bodyOf(expression.then), otherwise: bodyOf(expression.otherwise) };
  return filtered('html_escape', filtered('string', expression));
}

/** What a block has in it: text, a further way of an `if`, or both and values one behind the other. */
function bodyOf(body: Expression): Expression {
  if (body.kind === 'concatenation') return { ...body, parts: body.parts.map(bodyOf) };
  return body.kind === 'literal' && body.isText === true ? body : inText(body);
}

function filtered(name: 'string' | 'html_escape', subject: Expression): Expression {
  return { kind: 'filter', name, subject, args: [], nameSpan: subject.span, span: subject.span };
}
