import { asJson } from '../../../../workflow/json.ts';
import { Template } from '../../../../workflow/expressions/syntax.ts';
import { defaultAnswerBytes } from '../../../../workflow/nodes/configs/outside.ts';
import type { NodeOf } from '../../../../workflow/types.ts';
import type { NodeCodeGenerator, NodeScope } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import type { Expr, Keyword } from '../../syntax/tree.ts';
import { resultAnnotation } from '../resultType.ts';
import { encodedAddress } from './address.ts';
import { credentialKeyword } from './credential.ts';

type Config = NodeOf<'httpRequest'>['config'];

/** What is the same in every run is a constant; tests let something stand in for it. */
export const httpRequest: NodeCodeGenerator<'httpRequest'> = {
  callsOut: true,
  imports: ['Credential', 'Form', 'HttpRequest', 'Json', 'Multipart', 'Pages', 'Part', 'Text'],
  settings: ['app/outside/client.py'],
  shared: py.imported('app.outside.client', 'OutsideClient'),
  valueType: (node, scope) => resultAnnotation(node, scope, node.id),
  annotates: () => true,
  value: (node, scope) => {
    const { config } = node;
    const send = py.attribute(requestConstant(node, scope), 'send');
    const given: readonly Keyword[] = [
      ...record('query', config.query, (value) => scope.json(value)),
      ...record('headers', config.headers, (value) => scope.value(value)),
      ...bodyKeyword(config.body, scope),
    ];
    return py.awaited(py.call(send, py.name('ctx'), scope.text(encodedAddress(config.url)), ...given));
  },
};

function requestConstant(node: NodeOf<'httpRequest'>, scope: NodeScope): Expr {
  const { method, credential, acceptStatus, answerSchema, pages, maxBytes } = node.config;
  const made = py.call(
    py.imported('app.outside.request', 'HttpRequest'),
    py.literal(node.id),
    py.literal(method),
    ...credentialKeyword(credential, scope),
    ...(acceptStatus.length === 0 ? [] : [py.keyword('accept_status', py.literal(acceptStatus))]),
    ...(maxBytes === defaultAnswerBytes ? [] : [py.keyword('max_bytes', py.literal(maxBytes))]),
    ...(answerSchema === undefined ? [] : [py.keyword('answer_schema', py.literal(asJson(answerSchema)))]),
    ...(pages === undefined ? [] : [py.keyword('pages', pagesExpr(pages))]),
  );
  return scope.constant(node.id, undefined, made);
}

function pagesExpr({ by, at, parameter, start, items, maxPages }: NonNullable<Config['pages']>): Expr {
  return py.call(
    py.imported('app.outside.pages', 'Pages'),
    py.keyword('by', py.literal(by)),
    ...(at === undefined ? [] : [py.keyword('at', py.literal(at))]),
    ...(parameter === undefined ? [] : [py.keyword('parameter', py.literal(parameter))]),
    ...(start === 1 ? [] : [py.keyword('start', py.literal(start))]),
    ...(items === undefined ? [] : [py.keyword('items', py.literal(items))]),
    ...(maxPages === 10 ? [] : [py.keyword('most', py.literal(maxPages))]),
  );
}

function record<V>(
  name: 'query' | 'headers',
  values: Readonly<Record<string, V>>,
  write: (value: V) => Expr,
): readonly Keyword[] {
  const entries = Object.entries(values);
  if (entries.length === 0) return [];
  return [py.keyword(name, py.dict(entries.map(([key, value]) => py.entry(key, write(value)))))];
}

function bodyKeyword(body: Config['body'], scope: NodeScope): readonly Keyword[] {
  if (body === undefined) return [];
  const of = (name: 'Json' | 'Form' | 'Text' | 'Multipart', value: Expr): readonly Keyword[] => [
    py.keyword('body', py.call(py.imported('app.outside.bodies', name), value)),
  ];
  const { json, form, text, multipart } = body;
  if (json !== undefined) return of('Json', scope.json(json));
  if (form !== undefined) return of('Form', scope.json(form));
  if (text !== undefined) return of('Text', scope.value(text));
  if (multipart === undefined) return [];
  const parts = Object.entries(multipart).map(([name, part]) => py.entry(name, partExpr(part, scope)));
  return of('Multipart', py.dict(parts));
}

type BodyPart = NonNullable<NonNullable<Config['body']>['multipart']>[string];

function partExpr(part: BodyPart, scope: NodeScope): Expr {
  if (part instanceof Template) return scope.value(part);
  const { filename, content, base64, contentType } = part;
  return py.call(
    py.imported('app.outside.bodies', 'Part'),
    scope.text(filename),
    ...(content === undefined ? [] : [py.keyword('content', scope.value(content))]),
    ...(base64 === undefined ? [] : [py.keyword('base64', scope.value(base64))]),
    ...(contentType === 'application/octet-stream' ? [] : [py.keyword('content_type', py.literal(contentType))]),
  );
}
