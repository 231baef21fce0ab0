import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

import { createCompiler, emit, plan } from '../../src/core/codegen/python/index.ts';
import { check, parse, type Result } from '../../src/core/workflow/index.ts';
import { crc32 } from '../../src/host/crc32.ts';
import { compileAtLeast } from './floor.ts';
import { conversation } from './workflows.ts';

/** As `Measure` of bench/python/results.py, which reads it. */
interface Measure {
  readonly scenario: string;
  readonly title: string;
  readonly unit: string;
  readonly rounds: Readonly<Record<string, readonly number[]>>;
  readonly targets?: readonly { readonly above: string; readonly below?: string; readonly at_most: number }[];
  readonly plotted?: boolean;
}

interface Phases {
  readonly parse: number;
  readonly check: number;
  readonly plan: number;
  readonly emit: number;
}

/** Scenario 6: the compiler and the command line, against the least there is to do. `catalyst` is the built command. */
export function measureCompiler(rounds: number, catalyst: string): readonly Measure[] {
  return [
    ...measureCompile(rounds),
    measureEdits(rounds),
    measureBuild(rounds, catalyst),
    measureStart(rounds, catalyst),
  ];
}

function measureCompile(rounds: number): readonly Measure[] {
  const { text, nodes } = conversation(499);
  for (let warm = 0; warm < 3; warm += 1) compile(text);
  for (let warm = 0; warm < 50; warm += 1) compileAtLeast(text);
  const whole: number[] = [];
  const least: number[] = [];
  const phases: Phases[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const measured = compile(text);
    phases.push(measured);
    whole.push(total(measured));
    least.push(milliseconds(() => compileAtLeast(text)));
  }
  const title = `compile ${nodes} nodes`;
  const phase = (name: keyof Phases): Measure => ({
    scenario: '6',
    title: `of that, ${name}`,
    unit: 'ms',
    rounds: { C: phases.map((each) => each[name]) },
    plotted: false,
  });
  return [
    {
      scenario: '6',
      title,
      unit: 'ms',
      rounds: { C: whole, floor: least },
      targets: [{ above: 'C', below: 'floor', at_most: 2.5 }],
    },
    phase('parse'),
    phase('check'),
    phase('plan'),
    phase('emit'),
  ];
}

/** From the edited text to the texts of all files, by a compiler that is kept; a round is the median of several edits. */
function measureEdits(rounds: number): Measure {
  const compiler = createCompiler({ crc32 });
  const none: ReadonlyMap<string, string> = new Map();
  let edits = 0;
  const edit = (): number => {
    edits += 1;
    // As it comes from a file: one piece of memory.
    const text = Buffer.from(conversation(499, `Shorten this, version ${edits}.`).text).toString();
    return milliseconds(() => {
      // A string may be put together when it is first read.
      for (const { content } of compiler.compile(text, none).files ?? []) content.charCodeAt(0);
    });
  };
  for (let warm = 0; warm < 50; warm += 1) edit();
  const edited = Array.from({ length: rounds }, () => {
    const taken = Array.from({ length: 15 }, edit).toSorted((a, b) => a - b);
    return taken[7] ?? NaN;
  });
  return {
    scenario: '6',
    title: 'after an edit of one node',
    unit: 'ms',
    rounds: { C: edited },
    targets: [{ above: 'C', at_most: 1 }],
    plotted: false,
  };
}

/** `catalyst build` of the same workflow into an empty folder, from the start of the process to its end. */
function measureBuild(rounds: number, catalyst: string): Measure {
  const folder = mkdtempSync(join(tmpdir(), 'catalyst-bench-build-'));
  const { text, nodes } = conversation(499);
  const file = join(folder, 'chain.workflow.json');
  writeFileSync(file, text);
  try {
    const taken = Array.from({ length: rounds }, (_, round) =>
      milliseconds(() => {
        const args = [catalyst, 'build', file, '--out', join(folder, `${round}`)];
        const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
        if (status !== 0) throw new Error(`catalyst build ended with ${status}.`);
      }),
    );
    return { scenario: '6', title: `catalyst build, ${nodes} nodes`, unit: 'ms', rounds: { C: taken }, plotted: false };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compile(text: string): Phases {
  const started = performance.now();
  const workflow = valueOf(parse(text));
  const parsed = performance.now();
  const checked = valueOf(check(workflow, new Map()));
  const sound = performance.now();
  const planned = plan(checked);
  const ordered = performance.now();
  emit(planned);
  return {
    parse: parsed - started,
    check: sound - parsed,
    plan: ordered - sound,
    emit: performance.now() - ordered,
  };
}

function valueOf<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(`The benchmark's workflow is not sound: ${result.diagnostics[0]?.message}`);
}

function total({ parse: a, check: b, plan: c, emit: d }: Phases): number {
  return a + b + c + d;
}

function measureStart(rounds: number, catalyst: string): Measure {
  const start = (...args: readonly string[]): number =>
    milliseconds(() => {
      const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
      if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}.`);
    });
  const commands: Record<string, readonly string[]> = { C: [catalyst, '--version'], floor: ['-e', '0'] };
  const taken: Record<string, number[]> = { C: [], floor: [] };
  for (let round = 0; round < rounds * 3; round += 1)
    for (const [key, args] of Object.entries(commands)) taken[key]?.push(start(...args));
  return {
    scenario: '6',
    title: 'start of the command line (catalyst --version; node -e 0)',
    unit: 'ms',
    rounds: taken,
    targets: [{ above: 'C', below: 'floor', at_most: 1.3 }],
  };
}

function milliseconds(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}
