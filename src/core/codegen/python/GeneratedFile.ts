/** One file of a generated project. */
export interface GeneratedFile {
  /** Relative to the project's folder, with `/`. */
  readonly path: string;
  readonly content: string;
}
