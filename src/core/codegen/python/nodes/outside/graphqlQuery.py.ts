import { asJson } from '../../../../workflow/json.ts';
import { defaultAnswerBytes } from '../../../../workflow/nodes/configs/outside.ts';
import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import { resultAnnotation } from '../resultType.ts';
import { encodedAddress } from './address.ts';
import { credentialKeyword } from './credential.ts';

/** The query is a constant, and values reach it as variables alone. */
export const graphqlQuery: NodeCodeGenerator<'graphqlQuery'> = {
  callsOut: true,
  imports: ['Credential', 'GraphqlQuery'],
  settings: ['app/outside/client.py'],
  shared: py.imported('app.outside.client', 'OutsideClient'),
  valueType: (node, scope) => resultAnnotation(node, scope, node.id),
  annotates: () => true,
  value: (node, scope) => {
    const { url, query, variables, headers, credential, dataSchema, maxBytes } = node.config;
    const made = py.call(
      py.imported('app.outside.graphql', 'GraphqlQuery'),
      py.literal(node.id),
      py.literal(query),
      ...credentialKeyword(credential, scope),
      ...(dataSchema === undefined ? [] : [py.keyword('data_schema', py.literal(asJson(dataSchema)))]),
      ...(maxBytes === defaultAnswerBytes ? [] : [py.keyword('max_bytes', py.literal(maxBytes))]),
    );
    const send = py.attribute(scope.constant(node.id, undefined, made), 'send');
    const sent = Object.entries(headers).map(([key, value]) => py.entry(key, scope.value(value)));
    const given = Object.entries(variables).map(([key, value]) => py.entry(key, scope.json(value)));
    return py.awaited(
      py.call(
        send,
        py.name('ctx'),
        scope.text(encodedAddress(url)),
        ...(given.length === 0 ? [] : [py.keyword('variables', py.dict(given))]),
        ...(sent.length === 0 ? [] : [py.keyword('headers', py.dict(sent))]),
      ),
    );
  },
};
