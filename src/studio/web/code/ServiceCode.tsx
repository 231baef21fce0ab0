import { CodeXml, Copy, FileCode } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';

import { linesAt, type NodeLines } from '../../../core/codegen/python/project/nodeLines.ts';
import { runCommand } from '../commands/registry.ts';
import { Button } from '../design/Button.tsx';
import { EmptyState } from '../design/EmptyState.tsx';
import { useDocument } from '../document/documentStore.ts';
import { useCompiled } from '../document/useCompiled.ts';
import { CodeView } from '../editors/CodeView.tsx';

const noLines: readonly NodeLines[] = [];

/** The project that the workflow compiles to. Choosing a node marks its lines, choosing a line its node. */
export function ServiceCode(): ReactNode {
  const files = useDocument((state) => state.current?.compiled?.files);
  const selection = useDocument((state) => state.current?.selection);
  const [chosen, setChosen] = useState<string>();
  const lines = useCompiled(async (compiler) => compiler.nodeLines()) ?? noLines;
  // Nodes of workflows that it calls are named after the step that calls them.
  const own = lines.find(({ node }) => !node.includes('/'))?.file;
  const path = files?.some((file) => file.path === chosen) === true ? chosen : own;
  const content = useCompiled(async (compiler) => (path === undefined ? '' : compiler.generatedFile(path)), path) ?? '';
  const marked = useMemo(
    () => lines.filter(({ file, node }) => file === path && selection?.has(node) === true),
    [lines, path, selection],
  );
  if (files === undefined)
    return (
      <EmptyState icon={CodeXml} title="No code while the workflow has errors">
        <Button onClick={() => runCommand('view-problems')}>Show the problems</Button>
      </EmptyState>
    );
  return (
    <div className="flex h-full min-h-0">
      <FileTree files={files} chosen={path} onChoose={setChosen} />
      <div className="flex min-w-0 grow flex-col">
        <div className="flex h-9 shrink-0 items-center gap-2 border-b border-line px-3 text-xs">
          <span className="grow truncate font-mono text-muted">{path}</span>
          <Button look="quiet" icon={Copy} onClick={() => void navigator.clipboard.writeText(content)}>
            Copy
          </Button>
          <Button look="quiet" onClick={() => runCommand('export')}>
            Export
          </Button>
        </div>
        <div className="min-h-0 grow overflow-auto">
          <CodeView
            text={content}
            language={path?.endsWith('.py') === true ? 'python' : path?.endsWith('.json') === true ? 'json' : 'text'}
            marked={marked}
            onLine={(line) => selectNodeAt(lines, path, line)}
          />
        </div>
      </div>
    </div>
  );
}

function selectNodeAt(lines: readonly NodeLines[], path: string | undefined, line: number): void {
  const { current, select } = useDocument.getState();
  const node = linesAt(lines, path, line)?.node.split('/')[0];
  if (node !== undefined && current?.drawing.nodes.some(({ id }) => id === node) === true) select([node]);
}

interface FileTreeProps {
  readonly files: readonly { readonly path: string; readonly size: number }[];
  readonly chosen: string | undefined;
  readonly onChoose: (path: string) => void;
}

/** What a reader looks at first stands first; the rest folder by folder. */
function FileTree({ files, chosen, onChoose }: FileTreeProps): ReactNode {
  const folders = useMemo(() => {
    const found = new Map<string, string[]>();
    for (const { path } of files) {
      const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
      found.set(folder, [...(found.get(folder) ?? []), path]);
    }
    return [...found].toSorted(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
  }, [files]);
  return (
    <nav
      aria-label="Files of the project"
      className="w-60 max-w-[35%] shrink-0 overflow-auto border-r border-line py-2 text-xs"
    >
      {folders.map(([folder, paths]) => (
        <details key={folder} open={rank(folder) < 3}>
          <summary className="cursor-pointer px-3 py-0.5 font-mono text-2xs text-muted">
            {folder === '' ? '/' : folder} <span className="text-faint">{paths.length}</span>
          </summary>
          {paths.map((path) => (
            <button
              key={path}
              type="button"
              aria-current={path === chosen}
              onClick={() => onChoose(path)}
              className={`flex w-full items-center gap-1.5 truncate py-0.5 pr-2 pl-6 text-left hover:bg-sunken ${path === chosen ? 'bg-accent-soft text-accent' : ''}`}
            >
              <FileCode size={12} aria-hidden className="shrink-0 text-faint" />
              <span className="truncate">{path.slice(folder === '' ? 0 : folder.length + 1)}</span>
            </button>
          ))}
        </details>
      ))}
    </nav>
  );
}

function rank(folder: string): number {
  const first = ['app/workflows', 'app/functions', 'app', ''];
  const index = first.indexOf(folder);
  return index === -1 ? first.length : index;
}
