import { asJson } from '../../../../workflow/json.ts';
import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import { resultAnnotation } from '../resultType.ts';
import { filterKeyword } from './filters.ts';

const settings = ['app/retrieval/store.py'];

/** As Qdrant calls them. */
const distances = { cosine: 'Cosine', dot: 'Dot', euclid: 'Euclid', manhattan: 'Manhattan' } as const;

/** What decides about the collection is a constant; its name, pieces and vectors are given to it. */
export const qdrantUpsert: NodeCodeGenerator<'qdrantUpsert'> = {
  acts: true,
  callsOut: true,
  imports: ['QdrantUpsert'],
  settings,
  shared: py.imported('app.retrieval.store', 'VectorStores'),
  valueType: (node, scope) => resultAnnotation(node, scope, node.id),
  annotates: () => true,
  value: (node, scope) => {
    const { collection, pieces, vectors, payload, hybrid, gone, distance, vectorName } = node.config;
    const made = py.call(
      py.imported('app.retrieval.upsert', 'QdrantUpsert'),
      py.keyword('node', py.literal(node.id)),
      ...(distance === 'cosine' ? [] : [py.keyword('distance', py.literal(distances[distance]))]),
      ...(hybrid ? [py.keyword('hybrid', py.literal(true))] : []),
      ...(vectorName === undefined ? [] : [py.keyword('vector', py.literal(vectorName))]),
      ...(gone === 'sources' ? [] : [py.keyword('gone', py.literal(gone))]),
    );
    return py.awaited(
      py.call(
        py.attribute(scope.constant(node.id, undefined, made), 'send'),
        py.name('ctx'),
        scope.text(collection),
        scope.value(pieces),
        scope.value(vectors),
        ...(payload === undefined ? [] : [py.keyword('payload', scope.json(payload))]),
      ),
    );
  },
};

/** How is searched is a constant; the question and the values of the filter are given to it. */
export const qdrantSearch: NodeCodeGenerator<'qdrantSearch'> = {
  callsOut: true,
  imports: ['QdrantSearch', 'filters'],
  settings,
  shared: py.imported('app.retrieval.store', 'VectorStores'),
  valueType: (node, scope) => resultAnnotation(node, scope, node.id),
  annotates: () => true,
  value: (node, scope) => {
    const { collection, mode, vector, text, limit, scoreThreshold, filter, payloadSchema, vectorName } = node.config;
    const made = py.call(
      py.imported('app.retrieval.search', 'QdrantSearch'),
      py.keyword('node', py.literal(node.id)),
      ...(mode === 'dense' ? [] : [py.keyword('mode', py.literal(mode))]),
      ...(limit === 5 ? [] : [py.keyword('limit', py.literal(limit))]),
      ...(scoreThreshold === undefined ? [] : [py.keyword('score_threshold', py.literal(scoreThreshold))]),
      ...(vectorName === undefined ? [] : [py.keyword('vector', py.literal(vectorName))]),
      ...(payloadSchema === undefined ? [] : [py.keyword('payload_schema', py.literal(asJson(payloadSchema)))]),
    );
    return py.awaited(
      py.call(
        py.attribute(scope.constant(node.id, undefined, made), 'send'),
        py.name('ctx'),
        scope.text(collection),
        ...(vector === undefined || mode === 'words' ? [] : [py.keyword('vector', scope.value(vector))]),
        ...(text === undefined || mode === 'dense' ? [] : [py.keyword('text', scope.text(text))]),
        ...filterKeyword(filter, scope),
      ),
    );
  },
};
