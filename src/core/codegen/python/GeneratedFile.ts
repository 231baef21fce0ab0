/** One file of a generated project. */
export interface GeneratedFile {
  /** Relative to the project's folder, with `/`. */
  readonly path: string;
  readonly content: string;
  /**
   * For a file that is written where none stands and is the user's own from then on. `advice` says what to do about one that
   * was edited while it was still written by every build.
   */
  readonly writtenOnce?: { readonly advice: string };
}
