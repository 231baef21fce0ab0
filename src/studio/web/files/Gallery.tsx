import { CircleAlert, FilePlus } from 'lucide-react';
import { useState, type ReactNode } from 'react';

import { pageText } from '../../../core/workflow/diagnostics/pageText.ts';
import type { Example, FileEntry } from '../../protocol/index.ts';
import { useStudio } from '../api/studioStore.ts';
import { runCommand } from '../commands/registry.ts';
import { Button } from '../design/Button.tsx';
import { openFile } from '../document/openFile.ts';
import { createFile } from './createFile.ts';
import { Thumbnail } from './Thumbnail.tsx';

/** The folder's workflows, and examples to begin with. */
export function Gallery(): ReactNode {
  const studio = useStudio((state) => state.studio);
  if (studio === undefined) return null;
  const { files, examples, folder } = studio;
  return (
    <main className="min-h-0 grow overflow-auto">
      <div className="mx-auto max-w-5xl px-6 py-10">
        <div className="flex items-end gap-4">
          <div className="grow">
            <h1 className="text-lg font-semibold">
              {files.length === 0 ? 'Draw your first workflow' : pageText(folder)}
            </h1>
            <p className="mt-1 max-w-2xl text-muted">
              {files.length === 0
                ? 'A workflow is one JSON file. It runs here as the Python service that it compiles to, and that service is yours.'
                : `${files.length} ${files.length === 1 ? 'workflow' : 'workflows'} in this folder`}
            </p>
          </div>
          <Button look="primary" icon={FilePlus} onClick={() => runCommand('new-file')}>
            New workflow
          </Button>
        </div>
        {files.length > 0 && <FileCards files={files} />}
        {examples.length > 0 && (
          <>
            <h2 className="mt-10 font-semibold">Begin with an example</h2>
            <p className="text-xs text-muted">A copy of it goes into this folder. All of them run without a key.</p>
            <ul className="mt-4 grid grid-cols-[repeat(auto-fill,minmax(15rem,1fr))] gap-4">
              {examples.map((example) => (
                <li key={example.name}>
                  <ExampleCard example={example} />
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </main>
  );
}

/** From so many on, one searches rather than looks. */
const manyFiles = 12;

function FileCards({ files }: { readonly files: readonly FileEntry[] }): ReactNode {
  const [typed, setTyped] = useState('');
  const words = typed.toLowerCase().split(/\s+/);
  const found = files.filter(({ name = '', path, description = '' }) => {
    const text = `${name} ${path} ${description}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return (
    <>
      {files.length > manyFiles && (
        <input
          type="search"
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
          placeholder="Search workflows"
          aria-label="Search workflows"
          className="mt-6 h-8 w-full max-w-72 rounded-control border border-line-strong bg-raised px-2.5 text-xs placeholder:text-faint"
        />
      )}
      {found.length === 0 && (
        <p className="mt-6 text-muted">No workflow has these words in its name, path or description.</p>
      )}
      <ul className="mt-6 grid grid-cols-[repeat(auto-fill,minmax(15rem,1fr))] gap-4">
        {found.map((file) => (
          <li key={file.id}>
            <FileCard file={file} />
          </li>
        ))}
      </ul>
    </>
  );
}

const card =
  'flex h-full w-full flex-col rounded-card border border-line bg-surface text-left transition-shadow hover:border-line-strong hover:shadow-raised';

function FileCard({ file }: { readonly file: FileEntry }): ReactNode {
  return (
    <button type="button" className={`${card} p-4`} onClick={() => void openFile(file.id)}>
      <span className="font-medium">{pageText(file.name ?? file.path)}</span>
      <span className="font-mono text-2xs text-faint">{pageText(file.path)}</span>
      <span dir="auto" className="mt-1 line-clamp-3 text-xs text-muted">
        {pageText(file.description ?? '')}
      </span>
      {file.isUnreadable === true && (
        <span className="mt-1 flex items-center gap-1 text-xs text-danger">
          <CircleAlert size={14} aria-hidden /> It cannot be read as JSON
        </span>
      )}
    </button>
  );
}

function ExampleCard({ example }: { readonly example: Example }): ReactNode {
  const { name, description, text } = example;
  return (
    <button type="button" className={card} onClick={() => void createFile({ name, example: name })}>
      <span className="block w-full rounded-t-card border-b border-line bg-canvas px-3 py-2">
        <Thumbnail text={text} />
      </span>
      <span className="flex flex-col p-4">
        <span className="font-medium">{name}</span>
        <span className="mt-1 text-xs text-muted">{description}</span>
      </span>
    </button>
  );
}
