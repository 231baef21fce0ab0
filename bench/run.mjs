// npm run bench [-- SCENARIO…] [--quick] [--rounds N] [--others]: compiles the examples and measures them; see docs/performance.md.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

import { build } from 'vite';

import { capture, quiet, show } from '../scripts/commands.mjs';
import { root, setUp } from '../scripts/setup.mjs';

const names = ['1', '2', '3', '4', '5', '6', 'figures', 'start', 'mixed', 'providers', 'languages', 'batch'];
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, rounds: { type: 'string' }, others: { type: 'boolean' } },
});
const unknown = positionals.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`There is no scenario ${unknown.join(', ')}. There are ${names.join(', ')}.\n`);
  process.exit(2);
}
/** What the example's completions are told besides, for streams of other kinds. */
const variants = {
  responses: { api: 'responses' },
  json: {
    responseFormat: {
      type: 'json_schema',
      name: 'note',
      schema: {
        type: 'object',
        required: ['number', 'note'],
        additionalProperties: false,
        properties: { number: { type: 'string' }, note: { type: 'string' } },
      },
    },
  },
};
/** The example by other providers, and by one of three models. */
const providers = {
  claude: { type: 'anthropicCompletion', config: { model: 'claude-sonnet-5-5' } },
  groq: { type: 'groqCompletion', config: { model: 'openai/gpt-oss-120b' } },
  routed: {
    type: 'llmRouter',
    config: {
      model: undefined,
      strategy: 'balanced',
      routes: ['gpt-5.4-mini', 'gpt-5.4', 'gpt-5.5'].map((model) => ({ provider: 'openai', model })),
    },
  },
};
const unasked = values.quick
  ? names.filter((name) => !['mixed', 'providers', 'languages', 'batch'].includes(name))
  : names;
const scenarios = positionals.length > 0 ? positionals : unasked;
const rounds = Number(values.rounds ?? (values.quick ? 3 : 7));

await setUp();
const catalyst = join(root, 'dist', 'catalyst.js');
const folder = mkdtempSync(join(tmpdir(), 'catalyst-bench-'));
try {
  process.exitCode = await run();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function run() {
  const python = await pythonWith(join(root, 'bench', 'python', 'requirements.txt'));
  const others = values.others ? await pythonWith(join(root, 'bench', 'python', 'requirements-others.txt')) : undefined;
  const compiler = await bundleCompiler();
  const generated = join(folder, 'generated');
  const example = join(root, 'examples', 'support-chat', 'support-chat.workflow.json');
  await generate(example, join(generated, 'support-chat'));
  if (scenarios.includes('mixed')) {
    for (const [name, config] of Object.entries(variants))
      await generate(variantOf(example, name, config), join(generated, `support-chat-${name}`));
  }
  if (scenarios.includes('providers')) {
    for (const [name, node] of Object.entries(providers))
      await generate(variantOf(example, name, node.config, node.type), join(generated, `support-chat-${name}`));
  }
  if (scenarios.includes('languages')) {
    const served = variantOf(example, 'served', { openai: { model: 'support-chat' } }, 'httpEndpoint');
    await generate(served, join(generated, 'support-chat-served'));
  }
  if (scenarios.includes('batch')) await generate(example, join(generated, 'support-chat-batch'), '--with', 'batch');
  if (scenarios.includes('5')) await generateChains(compiler, join(generated, 'chains'));
  const measures = join(folder, 'compiler.json');
  if (scenarios.includes('6')) writeFileSync(measures, JSON.stringify(compiler.measureCompiler(rounds, catalyst)));
  const options = [
    ...scenarios,
    `--generated=${generated}`,
    `--out=${join(root, 'bench', 'results')}`,
    `--rounds=${rounds}`,
    ...(values.quick ? ['--quick'] : []),
    ...(others === undefined ? [] : ['--others', others]),
    ...(scenarios.includes('6') ? ['--compiler', measures] : []),
  ];
  return show(python, [join(root, 'bench', 'python', 'main.py'), ...options]);
}

/** A Python with the packages of a requirements file, made as the command line makes those of generated services. */
async function pythonWith(requirements) {
  const { code, stdout } = await capture(process.execPath, [catalyst, 'python', requirements]);
  if (code !== 0) process.exit(code);
  return stdout.trim();
}

/** The compiler as one file, as the command line has it. */
async function bundleCompiler() {
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true, target: 'node' },
    build: { ssr: 'bench/compiler/index.ts', target: 'node20', outDir: join(folder, 'compiler') },
  });
  writeFileSync(join(folder, 'compiler', 'package.json'), '{"type":"module"}');
  return import(pathToFileURL(join(folder, 'compiler', 'index.js')).href);
}

/** A copy of an example, with the functions that it calls, in which completions have another config. */
function variantOf(example, name, config, type = 'openaiCompletion') {
  const workflow = JSON.parse(readFileSync(example, 'utf8'));
  for (const node of workflow.nodes) {
    if (node.type !== (type === 'httpEndpoint' ? type : 'openaiCompletion')) continue;
    node.type = type;
    Object.assign(node.config, config);
  }
  const copy = join(folder, 'variants', name);
  cpSync(dirname(example), copy, { recursive: true });
  writeFileSync(join(copy, basename(example)), JSON.stringify(workflow));
  return join(copy, basename(example));
}

async function generateChains({ costChains, stepFunction }, out) {
  for (const [kind, chainOf] of Object.entries(costChains)) {
    const lengths = kind === 'loop' ? { short: 100, long: 10_000 } : { short: 2, long: 12 };
    for (const [size, length] of Object.entries(lengths)) {
      const { text, nodes, message } = chainOf(length);
      const source = join(folder, 'chains', `${kind}-${size}`);
      const project = join(out, `${kind}-${size}`);
      mkdirSync(join(source, 'functions'), { recursive: true });
      writeFileSync(join(source, 'functions', 'step.py'), stepFunction);
      writeFileSync(join(source, 'chain.workflow.json'), text);
      await generate(join(source, 'chain.workflow.json'), project);
      writeFileSync(join(project, 'nodes.txt'), `${nodes}`);
      writeFileSync(join(project, 'message.txt'), message);
    }
  }
}

async function generate(file, out, ...more) {
  const { code, output } = await quiet(process.execPath, [catalyst, 'build', file, '--out', out, ...more]);
  if (code === 0) return;
  process.stderr.write(output);
  process.exit(1);
}
