import { describe, expect, test } from 'vitest';

import { createCompiler, type Compilation } from '../../src/core/codegen/python/index.ts';
import { parse, sourceFiles } from '../../src/core/workflow/index.ts';
import { randomWorkflow } from '../execution/randomWorkflow.ts';
import { compiledAnew, expectAsAnew } from './compiledAnew.ts';
import { Random } from '../codegen/syntax/random.ts';

interface Node {
  id: string;
  type: string;
  label?: string;
  position?: { x: number; y: number };
  disabled?: boolean;
  config: Record<string, unknown>;
}

interface Edge {
  source: string;
  sourceHandle?: string;
  target: string;
  targetHandle?: string;
}

interface File {
  version: number;
  name: string;
  env: string[];
  nodes: Node[];
  edges: Edge[];
  notes?: Note[];
}

interface Note {
  id: string;
  text: string;
  position: { x: number; y: number };
  size: { width: number; height: number };
  nodes?: string[];
}

const modelNames = ['gpt-5.4-mini', 'gpt-4o', 'gpt-4', 'gpt-4-turbo-preview', 'my-deployment', 'gpt-5.4-minni'];
const image = { type: 'image', url: 'https://example.com/a.png' };

function randomConfig(random: Random, type: string, earlier: readonly Node[]): Record<string, unknown> {
  const read = (): string => {
    const node = random.pick(earlier);
    const guard = random.chance(0.7) ? " | default('none')" : '';
    if (node.type === 'openaiCompletion')
      return `{{ nodes.${node.id}.output.${random.pick(['content', 'model'])}${guard} }}`;
    if (node.type === 'promptTemplate') return `{{ nodes.${node.id}.output[0].role${guard} }}`;
    if (node.type === 'pythonFunction') return `{{ nodes.${node.id}.output${guard} }}`;
    return random.pick(['{{ input.message }}', '{{ env.REGION }}', "{{ input.message | upper }} and '{{ '{{' }}'"]);
  };
  const text = (): string =>
    `${random.pick(['Say', 'Tell\nme', 'JSON "it"', 'é'])} ${random.chance(0.6) ? read() : ''}`;
  const message = () => ({
    role: random.pick(['system', 'user']),
    content: random.chance(0.2) ? [{ type: 'text', text: text() }, ...(random.chance(0.5) ? [image] : [])] : text(),
  });
  const prompts = earlier.filter((node) => node.type === 'promptTemplate');
  switch (type) {
    case 'promptTemplate':
      return { messages: random.times(3, message, 1) };
    case 'condition':
      return {
        expression: random.pick([`{{ input.message != '${random.below(9)}' }}`, read().replace(' }}', " == 'x' }}")]),
      };
    case 'response':
      return { output: random.chance(0.5) ? text() : { answer: read(), list: [1, text()] } };
    case 'pythonFunction': {
      const name = random.pick(['step', 'run', 'complete']);
      const code = `def ${name}(value: str) -> str:\n    """Steps."""\n    return value\n`;
      return { function: name, code, args: { value: text() } };
    }
    case 'loop':
      return {
        items: random.pick(['{{ input.tags }}', '{{ [input.message] }}', read()]),
        concurrency: random.pick([1, 2]),
        onItemError: random.pick(['fail', 'skip', 'collect']),
      };
    case 'repeat':
      return { initial: text(), maxRounds: 1 + random.below(3), until: `{{ input.message == '${random.below(9)}' }}` };
    default:
      return {
        model: random.pick(modelNames),
        ...(prompts.length > 0 && random.chance(0.5)
          ? { messages: `{{ nodes.${random.pick(prompts).id}.output }}` }
          : { prompt: text() }),
        ...(random.chance(0.6) && { maxTokens: 1 + random.below(500) }),
        ...(random.chance(0.3) && { temperature: random.below(3) }),
        ...(random.chance(0.2) && { responseFormat: 'json_object' }),
        ...(random.chance(0.2) && { tools: [{ name: random.pick(['find', 'list']), parameters: { type: 'object' } }] }),
      };
  }
}

const types = ['openaiCompletion', 'openaiCompletion', 'promptTemplate', 'condition', 'pythonFunction'];
const endpoint: Node = {
  id: 'ask',
  type: 'httpEndpoint',
  config: {
    path: '/ask',
    inputSchema: { type: 'object', required: ['message'], properties: { message: { type: 'string' } } },
  },
};

function randomEdge(random: Random, nodes: readonly Node[], target: string): Edge {
  const source = random.pick(nodes.filter((node) => node.type !== 'response'));
  const isCondition = source.type === 'condition';
  const asksForCall = source.type === 'openaiCompletion' && 'tools' in source.config && random.chance(0.3);
  return {
    source: source.id,
    ...(isCondition && { sourceHandle: random.pick(['true', 'false']) }),
    ...(asksForCall && { sourceHandle: 'function_call' }),
    target,
  };
}

function addNode(random: Random, file: File): void {
  const type = random.pick(types);
  const id = `n${file.nodes.length}${random.pick(['', '-a', '_a'])}`;
  const models = file.nodes.filter((node) => node.type === 'openaiCompletion');
  if (type === 'pythonFunction' && models.length > 0 && random.chance(0.3)) {
    const source = random.pick(models).id;
    file.edges.push({ source, sourceHandle: 'function_call', target: id, targetHandle: 'tool' });
    file.nodes.push({ id, type, config: { ...randomConfig(random, type, [endpoint]), args: {} } });
    return;
  }
  for (let count = 1 + random.below(2); count > 0; count -= 1) file.edges.push(randomEdge(random, file.nodes, id));
  file.nodes.push({ id, type, config: randomConfig(random, type, before(file, id)) });
}

/** The nodes from which edges lead to a node. */
function before({ nodes, edges }: File, id: string): readonly Node[] {
  const found = new Set([id]);
  for (const each of found) for (const { source, target } of edges) if (target === each) found.add(source);
  return [endpoint, ...nodes.filter((node) => node.id !== id && node.id !== endpoint.id && found.has(node.id))];
}

function randomFile(random: Random, nodes = 2 + random.below(10)): File {
  const file: File = { version: 1, name: 'random', env: ['REGION'], nodes: [endpoint], edges: [] };
  for (let count = nodes; count > 0; count -= 1) addNode(random, file);
  if (random.chance(0.3))
    file.nodes.push({ id: 'alone', type: 'openaiCompletion', config: { prompt: 'Nobody asks.' } });
  file.nodes.push({ id: 'end', type: 'response', config: { output: 'The end.' } });
  file.edges.push({ source: 'ask', target: 'end' });
  return file;
}

const written = (random: Random, file: object): string =>
  random.chance(0.2) ? JSON.stringify(file) : JSON.stringify(file, null, random.chance(0.9) ? 2 : 1);

/** Changes a file as its user might: mostly a config, at times the graph. */
function edited(random: Random, file: File): File {
  const next = structuredClone(file);
  const index = random.below(next.nodes.length);
  const node = next.nodes[index];
  if (node === undefined) return next;
  const choice = random.below(30);
  if (choice > 27) toggle(random, node);
  else if (choice > 25) editNotes(random, next);
  else if (choice > 23)
    for (const each of random.chance(0.5) ? [node] : next.nodes.slice(index, index + 3)) moveNode(random, each);
  else if (choice > 20) node.config = reread(random, node.config, before(next, node.id));
  else if (choice > 13) node.config = reworded(random, node.config);
  else if (choice > 11 || choice < 5) {
    const config = randomConfig(random, node.type, before(next, node.id));
    const key = random.pick(Object.keys(config));
    if (node.type !== 'httpEndpoint') node.config[key] = config[key];
  } else if (choice === 5 && node.type !== 'httpEndpoint') {
    node.config = randomConfig(random, node.type, before(next, node.id));
  } else if (choice === 6) node.id = random.pick(['renamed', 'n1', 'a b', `n${random.below(20)}`]);
  else if (choice === 7) addNode(random, next);
  else if (choice === 8) next.nodes.splice(index, 1);
  else if (choice === 9) next.edges.splice(random.below(next.edges.length + 1), 1);
  else if (choice === 10) next.edges.push(randomEdge(random, next.nodes, node.id));
  else
    node.config = {
      ...node.config,
      ...random.pick([
        { unknown: 1 },
        { maxTokens: 7 },
        { maxTokens: 'many' },
        { temperature: 2 },
        { prompt: '' },
        { messages: [{ role: 5 }] },
      ]),
    };
  return next;
}

/** Disables a node or enables it, or says that it is enabled. */
function toggle(random: Random, node: Node): void {
  if (node.disabled === true) delete node.disabled;
  else node.disabled = random.chance(0.8);
}

/** Adds a note or a group, moves or empties one, or removes it. */
function editNotes(random: Random, file: File): void {
  file.notes ??= [];
  const note = random.chance(0.6) ? file.notes[random.below(file.notes.length + 1)] : undefined;
  if (note === undefined) {
    const members = random.times(3, () => random.pick([...file.nodes.map(({ id }) => id), 'nowhere']));
    const size = { width: random.pick([200, 1]), height: 100 };
    const id = random.pick(['note', 'group', 'ask']);
    file.notes.push({
      id,
      text: 'Say "it"',
      position: { x: 0, y: 0 },
      size,
      ...(random.chance(0.5) && { nodes: members }),
    });
  } else if (random.chance(0.3)) file.notes.splice(file.notes.indexOf(note), 1);
  else {
    note.position = { x: random.below(300), y: random.below(2) };
    note.text = random.pick(['', 'Ask', 'Tell\nme']);
  }
}

/** Moves or labels a node, which changes nothing that runs. */
function moveNode(random: Random, node: Node): void {
  node.position = { x: random.below(300), y: random.below(2) };
  if (random.chance(0.2)) node.label = random.pick(['A step', 'says "JSON"']);
}

/** The same config with another expression in place of one, which may be half typed. */
function reread(random: Random, config: Record<string, unknown>, earlier: readonly Node[]): Record<string, unknown> {
  const filters = ["default('x')", 'json', 'length', 'upper', 'string', 'first', 'nonsense'];
  const path = (): string => {
    const node = random.pick(earlier);
    const member =
      node.type === 'openaiCompletion'
        ? random.pick(['.content', '.id', '.usage.total_tokens', '.tool_calls', ''])
        : '';
    return node.type === 'httpEndpoint'
      ? random.pick(['input.message', 'input', 'env.REGION', 'input.other'])
      : `nodes.${node.id}.output${member}`;
  };
  const expression = (): string => {
    const value = random.chance(0.5) ? path() : `${path()} | ${random.pick(filters)}`;
    return random.chance(0.1) ? `{{ ${value.slice(0, random.below(value.length))}` : `{{ ${value} }}`;
  };
  const places = JSON.stringify(config).split(/\{\{ [^"{}]* \}\}/);
  const chosen = random.below(Math.max(1, places.length - 1));
  let count = 0;
  const text = JSON.stringify(config).replace(/\{\{ [^"{}]* \}\}/g, (old) => (count++ === chosen ? expression() : old));
  return JSON.parse(text) as Record<string, unknown>;
}

/** The same config with other words in its texts and other numbers. */
function reworded(random: Random, config: Record<string, unknown>): Record<string, unknown> {
  const word = random.pick(['Ask', 'Explain\nto me', '"Quote"', 'No JSON', 'word '.repeat(40)]);
  const text = JSON.stringify(config)
    .replace(/Say|Tell|JSON|Ask|Explain|Quote|The end/, JSON.stringify(word).slice(1, -1))
    .replace(/"(maxTokens|temperature)":\d+/, (_, key: string) => `"${key}":${1 + random.below(2)}`);
  return JSON.parse(text) as Record<string, unknown>;
}

/** Changes a few characters anywhere, which mostly breaks the file. */
function typed(random: Random, text: string): string {
  const at = random.below(text.length);
  const typedText = random.pick(['"', '}', ',', ' ', '\n', '\r\n', '{{', 'x', '\\', '1', '']);
  return text.slice(0, at) + typedText + text.slice(at + random.below(3));
}

describe('a compiler that is kept', () => {
  const none: ReadonlyMap<string, string> = new Map();

  const dockerfile = ({ files }: Compilation) => files?.find(({ path }) => path === 'Dockerfile');

  /** Edits a workflow again and again, breaks it, mends it and takes edits back; how often no project was written anew. */
  function editedSequence(random: Random, first: File, steps: number): number {
    const compiler = createCompiler();
    let file = first;
    let text = written(random, file);
    let last = compiler.compile(text, none);
    const sound = [{ file, text }];
    let revised = 0;
    for (let step = 0; step < steps; step += 1) {
      if (random.chance(0.1)) ({ file, text } = random.pick(sound));
      else if (random.chance(0.85)) {
        // What breaks the workflow is mostly taken back.
        file = edited(random, random.chance(0.7) ? (sound.at(-1)?.file ?? file) : file);
        const spaces = text.includes('\n') ? (text.includes('\n  ') ? 2 : 1) : 0;
        text = random.chance(0.95) ? JSON.stringify(file, null, spaces) : written(random, file);
      } else text = typed(random, text);
      const compilation = compiler.compile(text, none);
      const { files } = expectAsAnew(compilation, text, none);
      if (files === undefined) continue;
      if (compilation.files !== last.files && dockerfile(compilation) === dockerfile(last)) revised += 1;
      last = compilation;
      sound.push({ file, text });
    }
    return revised;
  }

  function soundFile(make: () => File): File {
    let file = make();
    while (compiledAnew(JSON.stringify(file), none).files === undefined) file = make();
    return file;
  }

  test.each([1, 2, 3, 4, 5])('gives after any edit what compiling anew gives (seed %i)', (seed) => {
    const random = new Random(seed);
    let revised = 0;
    for (let workflow = 0; workflow < 8; workflow += 1)
      revised += editedSequence(
        random,
        soundFile(() => randomFile(random)),
        46,
      );
    expect(revised).toBeGreaterThan(60);
  });

  test.each([11, 12])('does so with loops (seed %i)', (seed) => {
    const random = new Random(seed);
    const message = { type: 'string' };
    const withLoops = (): File => {
      const file = JSON.parse(randomWorkflow(() => random.below(1_000_000) / 1_000_000, 'random', 4)) as File;
      const schema = file.nodes[0]?.config['inputSchema'] as { required: string[]; properties: object };
      Object.assign(schema, {
        required: [...schema.required, 'message'],
        properties: { ...schema.properties, message },
      });
      return { ...file, env: ['REGION'] };
    };
    const isLooping = ({ nodes }: File): boolean => nodes.some(({ type }) => type === 'loop' || type === 'repeat');
    const looping = (): File => {
      for (;;) {
        const file = withLoops();
        if (isLooping(file)) return file;
      }
    };
    let revised = 0;
    for (let workflow = 0; workflow < 4; workflow += 1) revised += editedSequence(random, soundFile(looping), 30);
    expect(revised).toBeGreaterThan(10);
  });

  test.each([6, 7, 8])('does so where there are more model calls than tests tell answers (seed %i)', (seed) => {
    const random = new Random(seed);
    let revised = 0;
    for (let workflow = 0; workflow < 3; workflow += 1)
      revised += editedSequence(
        random,
        soundFile(() => randomFile(random, 26 + random.below(10))),
        66,
      );
    expect(revised).toBeGreaterThan(40);
  });

  test('names the Python files before and after an edit', () => {
    const compiler = createCompiler();
    const config = { file: 'functions/a.py', function: 'run', args: {} };
    const file = randomFile(new Random(1));
    file.nodes.push({ id: 'call', type: 'pythonFunction', config });
    file.edges.push({ source: 'ask', target: 'call' });
    const text = JSON.stringify(file, null, 2);
    expect(compiler.sourceFiles(text)).toEqual(['functions/a.py']);
    compiler.compile(text, new Map([['functions/a.py', 'def run() -> str:\n    return ""\n']]));
    expect(compiler.sourceFiles(text.replace('a.py', 'b.py'))).toEqual(['functions/b.py']);
    expect(compiler.sourceFiles('{')).toEqual([]);
    const parsed = parse(text);
    expect(parsed.ok && sourceFiles(parsed.value)).toEqual(['functions/a.py']);
  });

  test('compiles anew when a Python file is another', () => {
    const compiler = createCompiler();
    const file = randomFile(new Random(2));
    file.nodes.push({ id: 'call', type: 'pythonFunction', config: { file: 'a.py', function: 'run', args: {} } });
    file.edges.push({ source: 'ask', target: 'call' });
    const text = JSON.stringify(file, null, 2);
    const versions = ['def run() -> str:\n    return "1"\n', 'def run() -> str:\n    return "2"\n', 'x = 1\n'];
    for (const version of versions) {
      const sources = new Map([['a.py', version]]);
      const { diagnostics, files } = compiler.compile(text, sources);
      expect({ diagnostics, files }).toEqual(compiledAnew(text, sources));
    }
  });
});
