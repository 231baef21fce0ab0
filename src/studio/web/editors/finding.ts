/** Something that is wrong with a part of an editor's text. */
export interface TextFinding {
  readonly start: number;
  readonly end: number;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly fixes: readonly { readonly title: string; readonly apply: () => void }[];
}
