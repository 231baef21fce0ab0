// npm run owned [-- --json]: how long the generated examples are beside those of them that are written by hand in bench/owned.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { quiet } from '../scripts/commands.mjs';
import { root, setUp } from '../scripts/setup.mjs';

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const catalyst = join(root, 'dist', 'catalyst.js');
const examples = join(root, 'examples');

await setUp();
const folder = mkdtempSync(join(tmpdir(), 'catalyst-owned-'));
try {
  const rows = [];
  for (const name of byHandIn(join(root, 'bench', 'owned'))) rows.push(await measure(name));
  process.stdout.write(`${values.json ? JSON.stringify(rows, null, 2) : table(rows)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The examples that are written by hand. */
function byHandIn(path) {
  const files = readdirSync(path).filter((name) => name.endsWith('.py'));
  return files.map((name) => name.replace('.py', '').replaceAll('_', '-')).toSorted();
}

/** An example's lines, blank ones included: what was generated for it alone, what one writes by hand, all that is deployed. */
async function measure(example) {
  const project = join(folder, example);
  await generate(join(examples, example, `${example}.workflow.json`), project);
  const app = join(project, 'app');
  // Routes, workflows, and the functions that they call, which the file by hand has as well.
  const own = [
    ...pythonFiles(app, false),
    ...pythonFiles(join(app, 'workflows')),
    ...(readdirSync(app).includes('functions') ? pythonFiles(join(app, 'functions')) : []),
  ];
  const all = pythonFiles(app);
  const generated = linesOf(own);
  const byHand = linesOf([join(root, 'bench', 'owned', `${example.replaceAll('-', '_')}.py`)]);
  return { example, generated, byHand, ratio: generated / byHand, appFiles: all.length, appLines: linesOf(all) };
}

async function generate(file, out) {
  const { code, output } = await quiet(process.execPath, [catalyst, 'build', file, '--out', out]);
  if (code !== 0) throw new Error(output);
}

function pythonFiles(path, recursive = true) {
  return readdirSync(path, { recursive })
    .filter((name) => name.endsWith('.py'))
    .map((name) => join(path, name));
}

function linesOf(files) {
  return files.reduce((sum, file) => sum + readFileSync(file, 'utf8').split('\n').length - 1, 0);
}

function table(rows) {
  const [generated, byHand] = [sumOf(rows, 'generated'), sumOf(rows, 'byHand')];
  const cells = [...rows, { example: 'all', generated, byHand, ratio: generated / byHand }].map((row) => [
    row.example,
    String(row.generated),
    String(row.byHand),
    row.ratio.toFixed(2),
    row.appFiles === undefined ? '' : `${row.appFiles} / ${row.appLines.toLocaleString('en')}`,
  ]);
  const header = ['example', 'generated', 'by hand', 'ratio', 'files / lines of app/'];
  const widths = header.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(header), rule, ...cells.map(line)].join('\n');
}

function sumOf(rows, key) {
  return rows.reduce((sum, row) => sum + row[key], 0);
}
