import * as z from 'zod';

/** A workflow file of the opened folder. Its `id` is the server's; the page never names a path to be read or written. */
export const fileEntrySchema = z.strictObject({
  id: z.string(),
  /** From the opened folder, with `/`. */
  path: z.string(),
  /** The workflow's name where the file could be read. */
  name: z.string().optional(),
  description: z.string().optional(),
  /** It cannot be read as JSON. */
  isUnreadable: z.literal(true).optional(),
});
export type FileEntry = z.output<typeof fileEntrySchema>;

/** A text that lies on disk; `hash` is the SHA-256 of its bytes in hexadecimal digits. */
export const storedTextSchema = z.strictObject({ text: z.string(), hash: z.string() });
export type StoredText = z.output<typeof storedTextSchema>;

/** Which state of a text that a page edits: its count grows with each change of the text, also when one is taken back. */
export const editionSchema = z.strictObject({ by: z.string().max(64), count: z.int() });
export type Edition = z.output<typeof editionSchema>;

/** `unsaved` is what a page that is gone has left unsaved, as far as is known. */
export const openingSchema = z.strictObject({ file: z.string(), unsaved: editionSchema.optional() });

/** A workflow file, and the Python and workflow files that it names, by their path from its folder. */
export const openedFileSchema = z.strictObject({
  ...fileEntrySchema.shape,
  ...storedTextSchema.shape,
  sources: z.record(z.string(), storedTextSchema),
  isWritable: z.boolean(),
  /** What was unsaved has been saved after all, or a later edition of it: the file comes from there. */
  wasSaved: z.boolean(),
});
export type OpenedFile = z.output<typeof openedFileSchema>;

/** Writes a text in the place of the version that it was made from; 409 with what lies there when that is another. */
export const saveSchema = z.strictObject({
  text: z.string(),
  /** The hash of the version that the text was made from. */
  base: z.string(),
  /** What was done, for the local history. */
  title: z.string().default(''),
  /** A file that the workflow names, by its path from the workflow's folder; the workflow file itself without. */
  source: z.string().optional(),
  /** The page that saves, as its `hello` called it; other pages are then told of the new text. */
  page: z.string().optional(),
  edition: editionSchema.optional(),
});
export const savedSchema = z.strictObject({ hash: z.string() });

export const newFileSchema = z.strictObject({
  name: z.string(),
  /** The name of an example to start from. */
  example: z.string().optional(),
  /** Or the whole text. */
  text: z.string().optional(),
});
export type NewFile = z.output<typeof newFileSchema>;

export const exampleSchema = z.strictObject({ name: z.string(), description: z.string(), text: z.string() });
export type Example = z.output<typeof exampleSchema>;

/** A version of a file in the local history. */
export const versionSchema = z.strictObject({
  id: z.string(),
  /** Milliseconds since the epoch. */
  at: z.number(),
  title: z.string(),
  /** Whether the Studio wrote it, or it came from outside. */
  origin: z.enum(['studio', 'outside']),
  hash: z.string(),
});
export type Version = z.output<typeof versionSchema>;
