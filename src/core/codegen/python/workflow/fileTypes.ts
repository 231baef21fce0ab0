import type { RequestFile } from '../../../workflow/nodes/requestBody.ts';
import * as py from '../syntax/build.ts';
import type { Expr } from '../syntax/tree.ts';
import type { ModelClass } from './inputModels.ts';

const module = 'app.runtime.files';

/** What stands for a file of the request. */
export const uploadedFile: ModelClass = {
  name: py.identifier('UploadedFile'),
  fields: new Map([
    ['name', py.identifier('name')],
    ['type', py.identifier('type')],
    ['size', py.identifier('size')],
    ['text', py.identifier('text')],
    ['base64', py.identifier('base64')],
    ['dataUrl', py.identifier('data_url')],
  ]),
};

/** The annotation of a file, with what it may be. */
export function fileType({ maxBytes, contentTypes }: RequestFile): Expr {
  const types = contentTypes.length === 0 ? [] : [py.keyword('types', py.literal(contentTypes))];
  const limits = py.call(py.imported(module, 'limits'), py.keyword('max_bytes', py.literal(maxBytes)), ...types);
  const type = py.imported(module, 'UploadedFile');
  return py.subscript(py.imported('typing', 'Annotated'), py.tuple([type, limits]));
}
