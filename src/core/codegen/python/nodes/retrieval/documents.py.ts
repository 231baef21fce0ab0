import type { documentKinds } from '../../../../workflow/nodes/configs/documents.ts';
import { loadDefaults, splitDefaults } from '../../../../workflow/nodes/configs/documents.ts';
import type { Template } from '../../../../workflow/expressions/syntax.ts';
import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import type { Expr, Keyword } from '../../syntax/tree.ts';
import { resultAnnotation } from '../resultType.ts';

type Kind = (typeof documentKinds)[number];

/** What reads each kind; a project carries those that it names. */
const formats: Readonly<Record<Kind, Expr & { readonly name: string }>> = {
  text: py.imported('app.retrieval.readers.text', 'TEXT_FILES'),
  markdown: py.imported('app.retrieval.readers.text', 'MARKDOWN_FILES'),
  html: py.imported('app.retrieval.readers.html', 'HTML_FILES'),
  pdf: py.imported('app.retrieval.readers.pdf', 'PDF_FILES'),
  docx: py.imported('app.retrieval.readers.docx', 'DOCX_FILES'),
};

/** Kinds and limits are a constant; where the documents are is given to it. */
export const loadDocuments: NodeCodeGenerator<'loadDocuments'> = {
  callsOut: true,
  imports: ['LoadDocuments', ...Object.values(formats).map(({ name }) => name)],
  settings: ['app/retrieval/reading.py'],
  shared: py.imported('app.retrieval.reading', 'DocumentReaders'),
  valueType: (node, scope) => resultAnnotation(node, scope, node.id),
  annotates: () => true,
  value: (node, scope) => {
    const { path, content, base64, name, kinds, recursive, onBroken, encoding, ...limits } = node.config;
    const made = py.call(
      py.imported('app.retrieval.documents', 'LoadDocuments'),
      py.keyword('node', py.literal(node.id)),
      py.keyword('formats', py.list([...new Set(kinds)].map((kind) => formats[kind]))),
      ...(recursive ? [] : [py.keyword('recursive', py.literal(false))]),
      ...(onBroken === 'fail' ? [] : [py.keyword('skip_broken', py.literal(true))]),
      ...unless('max_files', limits.maxFiles, loadDefaults.maxFiles),
      ...unless('max_bytes', limits.maxBytes, loadDefaults.maxBytes),
      ...unless('max_characters', limits.maxCharacters, loadDefaults.maxCharacters),
      ...unless('encoding', encoding, 'windows-1252'),
    );
    const text = (key: 'content' | 'encoded' | 'name', value: Template | undefined): readonly Keyword[] =>
      value === undefined ? [] : [py.keyword(key, scope.text(value))];
    return py.awaited(
      py.call(
        py.attribute(scope.constant(node.id, undefined, made), 'read'),
        py.name('ctx'),
        ...(path === undefined ? [] : [scope.text(path)]),
        ...text('content', content),
        ...text('encoded', base64),
        ...text('name', name),
      ),
    );
  },
};

/** How texts are cut is a constant. */
export const splitText: NodeCodeGenerator<'splitText'> = {
  callsOut: true,
  imports: ['SplitText'],
  valueType: (node, scope) => resultAnnotation(node, scope, node.id),
  annotates: () => true,
  value: (node, scope) => {
    const { documents, by, size, overlap, maxPieces } = node.config;
    const made = py.call(
      py.imported('app.retrieval.split', 'SplitText'),
      py.keyword('node', py.literal(node.id)),
      ...unless('by', by, splitDefaults.by),
      ...unless('size', size, splitDefaults.size),
      ...unless('overlap', overlap, splitDefaults.overlap),
      ...unless('max_pieces', maxPieces, splitDefaults.maxPieces),
    );
    const read = py.attribute(scope.constant(node.id, undefined, made), 'read');
    return py.awaited(py.call(read, py.name('ctx'), scope.value(documents)));
  },
};

type Named = 'max_files' | 'max_bytes' | 'max_characters' | 'encoding' | 'by' | 'size' | 'overlap' | 'max_pieces';

/** A value that is not what the runtime has anyway. */
function unless(name: Named, value: string | number, usual: string | number): readonly Keyword[] {
  return value === usual ? [] : [py.keyword(name, py.literal(value))];
}
