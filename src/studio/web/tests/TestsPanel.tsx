import { CircleCheck, CircleMinus, CircleX, FlaskConical, LoaderCircle, Play, RotateCcw, Square } from 'lucide-react';
import { useState, type ReactNode } from 'react';

import type { TestResult } from '../../protocol/index.ts';
import { Button, IconButton } from '../design/Button.tsx';
import { EmptyState } from '../design/EmptyState.tsx';
import { useDocument } from '../document/documentStore.ts';
import { chooseNode } from '../run/chosenNode.ts';
import { Frames } from '../run/Failure.tsx';
import { duration } from '../design/figures.ts';
import { tallyOf, type TestRun } from './testResults.ts';
import { runTests, stopTests, useTests } from './testStore.ts';

/** Runs the tests that the generated project carries, and shows which of them failed and at which node. */
export function TestsPanel(): ReactNode {
  const file = useDocument((state) => state.current?.file);
  const run = useTests(({ runs }) => (file === undefined ? undefined : runs.get(file)));
  if (file === undefined) return null;
  if (run === undefined)
    return (
      <EmptyState icon={FlaskConical} title="The tests have not been run yet">
        <p className="mb-3">
          Every generated project carries tests that reach each of its branches, and those made of recorded runs. They
          need no key and no network.
        </p>
        <Button icon={Play} onClick={() => void runTests()}>
          Run the tests
        </Button>
      </EmptyState>
    );
  return (
    <div className="flex h-full min-h-0 flex-col">
      <Head file={file} run={run} />
      <Results run={run} />
    </div>
  );
}

function Head({ file, run }: { readonly file: string; readonly run: TestRun }): ReactNode {
  const text = useDocument((state) => state.current?.text);
  const { passed, failed, skipped, elapsedMs } = tallyOf(run.results.values());
  const failures = [...run.results.values()].filter(({ outcome }) => outcome === 'failed').map(({ name }) => name);
  const isRunning = run.state === 'running';
  return (
    <div className="flex h-9 shrink-0 items-center gap-3 border-b border-line px-2 text-xs">
      <Button
        className="w-28 justify-center"
        look={isRunning ? 'danger' : 'plain'}
        icon={isRunning ? Square : Play}
        onClick={() => void (isRunning ? stopTests(file) : runTests())}
      >
        {isRunning ? 'Stop' : 'Run all'}
      </Button>
      <Button
        look="quiet"

        icon={RotateCcw}
        disabled={isRunning || failures.length === 0}
        onClick={() => void runTests(failures)}
      >
        Run those that failed
      </Button>
      <p role="status" className="flex min-w-0 gap-3 tabular-nums">
        {passed > 0 && <span className="text-success">{passed} passed</span>}
        {failed > 0 && <span className="text-danger">{failed} failed</span>}
        {skipped > 0 && <span className="text-muted">{skipped} skipped</span>}
        {elapsedMs > 0 && <span className="text-muted">{duration(elapsedMs)}</span>}
        {run.note !== undefined && run.state !== 'done' && (
          <span
            className={`min-w-0 truncate ${run.state === 'failed' ? 'text-danger' : 'text-muted'}`}
            title={run.note}
          >
            {run.note}
          </span>
        )}
        {!isRunning && run.text !== '' && text !== run.text && (
          <span className="truncate text-warning">The workflow is another since then.</span>
        )}
      </p>
    </div>
  );
}

const order = { failed: 0, passed: 1, skipped: 2 } as const;

function Results({ run }: { readonly run: TestRun }): ReactNode {
  const results = [...run.results.values()].toSorted((a, b) => order[a.outcome] - order[b.outcome]);
  if (results.length === 0 && run.state === 'running')
    return <p className="p-4 text-xs text-muted">The first result comes as soon as the project is ready.</p>;
  if (results.length === 0 && run.state === 'failed')
    return (
      <pre tabIndex={0} className="min-h-0 grow overflow-auto p-3 font-mono text-xs whitespace-pre-wrap text-danger">
        {run.note}
      </pre>
    );
  return (
    <ul aria-label="Tests" className="min-h-0 grow overflow-auto">
      {results.map((result) => (
        <Result
          key={result.name}
          result={result}
          isStale={run.stale.has(result.name)}
          isRunning={run.state === 'running'}
        />
      ))}
    </ul>
  );
}

const marks = {
  passed: { icon: CircleCheck, look: 'text-success' },
  failed: { icon: CircleX, look: 'text-danger' },
  skipped: { icon: CircleMinus, look: 'text-muted' },
} as const;

interface ResultProps {
  readonly result: TestResult;
  readonly isStale: boolean;
  readonly isRunning: boolean;
}

function Result({ result, isStale, isRunning }: ResultProps): ReactNode {
  const { name, outcome, elapsedMs, nodes, message, frames } = result;
  const [toggled, setToggled] = useState<boolean>();
  const isOpen = toggled ?? outcome === 'failed';
  const { icon: Icon, look } = isStale
    ? { icon: LoaderCircle, look: 'text-muted motion-safe:animate-spin' }
    : marks[outcome];
  const hasMore = message !== undefined || frames.length > 0;
  return (
    <li className="border-b border-line text-xs">
      <div className="flex min-h-8 items-center gap-2 px-2">
        <Icon size={14} aria-hidden className={`shrink-0 ${look}`} />
        <span className="sr-only">{isStale ? 'running' : outcome}</span>
        <button
          type="button"
          disabled={!hasMore}
          aria-expanded={hasMore ? isOpen : undefined}
          className="min-w-0 grow truncate text-left enabled:hover:underline"
          title={name}
          onClick={() => setToggled(!isOpen)}
        >
          {words(name)}
        </button>
        {nodes.map((node) => (
          <button
            key={node}
            type="button"
            className="max-w-40 shrink-0 truncate rounded-control bg-sunken px-1.5 text-2xs leading-5 text-muted hover:text-ink"
            onClick={() => chooseNode(node)}
          >
            {node}
          </button>
        ))}
        <span className="w-16 shrink-0 text-right text-muted tabular-nums">{duration(elapsedMs)}</span>
        <IconButton
          icon={Play}
          label={`Run ${words(name)}`}

          disabled={isRunning}
          onClick={() => void runTests([name])}
        />
      </div>
      {isOpen && hasMore && (
        <div className="mx-2 mb-2 ml-8 rounded-control bg-sunken p-2">
          {message !== undefined && (
            <pre className="max-h-60 overflow-auto font-mono text-2xs whitespace-pre-wrap">{message}</pre>
          )}
          <Frames frames={frames} />
        </div>
      )}
    </li>
  );
}

/** `tests/test_chat.py::test_answers[in_one_piece]` as words. */
function words(name: string): string {
  const last = name.split('::').at(-1) ?? name;
  return last
    .replace(/^test_/, '')
    .replace(/\[(.*)\]$/, ': $1')
    .replaceAll('_', ' ');
}
