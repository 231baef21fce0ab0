import { describeNode, type Drawing } from '../../../core/workflow/edits/index.ts';
import type { Diagnostic } from '../../../core/workflow/index.ts';
import type { FileEntry } from '../../protocol/index.ts';
import type { Command } from './command.ts';

/** What the palette can list. */
export type PaletteEntry =
  | { readonly kind: 'command'; readonly command: Command; readonly why: string | undefined }
  | { readonly kind: 'node'; readonly id: string; readonly title: string; readonly subtitle: string }
  | { readonly kind: 'file'; readonly file: FileEntry }
  | { readonly kind: 'finding'; readonly index: number; readonly finding: Diagnostic };

interface Listed {
  readonly commands: Iterable<Command>;
  readonly drawing: Drawing | undefined;
  readonly findings: readonly Diagnostic[];
  /** The other workflows of the folder. */
  readonly files: readonly FileEntry[];
}

const most = 60;

/** Entries for what is typed: `@` lists nodes, `#` findings, `>` commands, and without a sign all that fits, also other files. */
export function paletteEntries(typed: string, { commands, drawing, findings, files }: Listed): readonly PaletteEntry[] {
  const sign = /^[@#>]/.exec(typed)?.[0];
  const words = typed
    .slice(sign?.length ?? 0)
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean);
  const holds = (text: string): boolean => words.every((word) => text.toLowerCase().includes(word));
  const listed: PaletteEntry[] = [];
  if (sign === undefined || sign === '>')
    for (const command of commands)
      if (holds(`${command.title} ${command.group}`))
        listed.push({ kind: 'command', command, why: command.unavailable?.() });
  // What can be done stands before what cannot be done now.
  listed.sort((a, b) => Number(isRefused(a)) - Number(isRefused(b)));
  if (sign === '@' || (sign === undefined && words.length > 0))
    for (const node of drawing?.nodes ?? []) {
      const { title, subtitle } = describeNode(node);
      if (holds(`${title} ${node.id} ${subtitle}`)) listed.push({ kind: 'node', id: node.id, title, subtitle });
    }
  if (sign === undefined && words.length > 0)
    for (const file of files) if (holds(`${file.name ?? ''} ${file.path}`)) listed.push({ kind: 'file', file });
  if (sign === '#')
    findings.forEach((finding, index) => {
      if (holds(`${finding.message} ${finding.code}`)) listed.push({ kind: 'finding', index, finding });
    });
  return listed.slice(0, most);
}

function isRefused(entry: PaletteEntry): boolean {
  return entry.kind === 'command' && entry.why !== undefined;
}
