import { error, listed, quoted, warning } from '../entry.ts';

/** Documents, and the vectors by which they are found. */
export const retrievalCodes = {
  'unfit-documents': error<{ problem: string }>({
    message: ({ problem }) => `Which documents are loaded is not clear: ${problem}.`,
    why: 'A step loads the documents of a folder, or one that the run brings along.',
    whatToDo:
      'Keep one of `path`, `content` and `base64`; the last needs a `name` that ends as the kind of document does.',
  }),
  'overlap-too-large': error<{ overlap: number; size: number }>({
    message: ({ overlap, size }) => `Pieces of ${size} tokens cannot share ${overlap} with the piece before.`,
    why: 'A piece would say little or nothing that the one before does not say.',
    whatToDo: 'Take an overlap of half the size at most; a tenth is usual.',
  }),
  'invalid-collection-name': error<{ name: string }>({
    message: ({ name }) => `A collection cannot be called ${quoted(name)}.`,
    why: 'Its name is part of an address, or of a path.',
    whatToDo: 'Take letters, digits, `_`, `-` and `.`, at most 100 of them.',
  }),
  'filter-form': error<{ problem: string }>({
    message: ({ problem }) => `This condition cannot be asked: ${problem}.`,
    why: 'A condition compares one field in one way.',
    whatToDo: 'Keep one of `equals`, `oneOf`, `contains`, `missing`, and `least` with `most`.',
  }),
  'unknown-payload-field': error<{ field: string; known: readonly string[] }>({
    message: ({ field }) => `Nothing says that pieces have a field ${quoted(field)}.`,
    hint: ({ known }) => `They have ${listed(known)}; \`payloadSchema\` declares others.`,
    why: 'A filter on a field that is never there finds nothing, or leaves nothing out.',
    whatToDo: 'Correct the name, or declare in `payloadSchema` what is kept with the vectors.',
  }),
  'dimension-mismatch': error<{ made: number; other: number; whose: string }>({
    message: ({ made, other, whose }) => `These vectors have ${made} numbers, but ${whose} ${other}.`,
    why: 'A collection holds vectors of one length; the run would end with `collection_mismatch`.',
    whatToDo: 'Take the same model with the same `dimensions` on both sides, or another collection.',
  }),
  'unlike-embeddings': warning<{ model: string; other: string; node: string }>({
    message: ({ model, other, node }) =>
      `${quoted(model)} makes these vectors, and ${quoted(other)} those of ${quoted(node)}.`,
    why: 'Vectors of two models say nothing about each other, also where they are of one length.',
    whatToDo: 'Index and search with the same model.',
  }),
  'no-words-kept': warning<{ node: string }>({
    message: ({ node }) => `${quoted(node)} fills this collection without words.`,
    why: 'A search by words would end with `collection_mismatch`.',
    whatToDo: 'Set `hybrid` there, or search with the mode `dense`.',
  }),
} as const;
