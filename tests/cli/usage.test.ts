import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { examples, User } from './catalyst.ts';

const chat = join(examples, 'chat', 'chat.workflow.json');

test.each([
  [['chek'], 'Did you mean check?'],
  [['check', '--fixx', chat], 'Did you mean --fix?'],
  [['check'], 'missing required argument'],
  [['build', chat], "'-o, --out <folder>' not specified"],
  [['check', 'gone.workflow.json'], 'gone.workflow.json does not exist.'],
  [['check', '.'], '. is a folder.'],
  [['nodes', 'openaiCompletio'], 'Did you mean openaiCompletion?'],
  [['models', 'gpt-5.4-mni'], 'Did you mean gpt-5.4-mini?'],
  [['dev', chat, '--port', 'many'], '--port many is not a port.'],
  [['new', 'bot', '--example', 'suport-chat'], 'Did you mean support-chat?'],
  [['new', 'My Bot'], 'cannot be the name of a workflow'],
  [['run', chat], 'lacks message'],
  [['run', chat, '--input', 'message'], 'has no value'],
  [['run', chat, '--input', 'mesage=Hi'], "The workflow's input has no mesage."],
  [['run', chat, '--input-json', 'gone.json'], 'gone.json does not exist.'],
])('%j is wrong usage: says so, shows the way out, exits with 2', async (args, words) => {
  const user = await User.create();
  const { exitCode, stdout, stderr } = await user.catalyst(...args);
  expect(stderr).toContain(words);
  expect(stderr).toContain('hint: ');
  expect(stderr).not.toMatch(/^\s+at /m);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
});

test('reads values by the types of the input schema', async () => {
  const user = await User.create();
  const file = join(examples, 'second-opinion', 'second-opinion.workflow.json');
  const { exitCode, stderr } = await user.catalyst('run', file, '-i', 'question=Why?', '-i', 'verdict=maybe');
  expect(stderr).toContain('verdict is of type boolean');
  expect(exitCode).toBe(2);
});

test('a file that is not JSON, or not UTF-8, is named', async () => {
  const user = await User.create();
  await writeFile(join(user.folder, 'a.workflow.json'), 'version: 1');
  await writeFile(join(user.folder, 'b.workflow.json'), Buffer.from([0xff, 0xfe, 0x7b]));
  const broken = await user.catalyst('check', 'a.workflow.json');
  expect(broken).toMatchObject({ exitCode: 1 });
  expect(broken.stdout).toContain('a.workflow.json:1:1');
  const encoded = await user.catalyst('check', 'b.workflow.json');
  expect(encoded.exitCode).toBe(2);
  expect(encoded.stderr).toContain('is not UTF-8 text');
});

test('one unreadable file does not hide the findings in another', async () => {
  const user = await User.create();
  const { exitCode, stdout, stderr } = await user.catalyst('check', 'gone.workflow.json', chat);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('gone.workflow.json does not exist.');
  expect(stdout).toContain('1 file');
});

test.each(['new', 'check', 'run', 'dev', 'build', 'nodes'])(
  '%s --help has examples that can be copied',
  async (name) => {
    const user = await User.create();
    const { exitCode, stdout } = await user.catalyst(name, '--help');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`Usage: catalyst ${name}`);
    expect(stdout).toMatch(new RegExp(`Examples:\\n  catalyst ${name}`));
  },
);

test('output that is piped carries no colours; colours can be asked for and refused', async () => {
  const user = await User.create();
  expect((await user.catalyst('nodes')).stdout).not.toContain('\u001b');
  const forced = await User.create({ FORCE_COLOR: '1' });
  expect((await forced.catalyst('nodes')).stdout).toContain('\u001b[');
  const refused = await User.create({ FORCE_COLOR: '1', NO_COLOR: '1' });
  expect((await refused.catalyst('nodes')).stdout).not.toContain('\u001b');
});

test('nodes lists every type, and explains one from its definition', async () => {
  const user = await User.create();
  const all = JSON.parse((await user.catalyst('nodes', '--json')).stdout) as { type: string }[];
  expect(all.map(({ type }) => type)).toContain('openaiCompletion');
  const one = await user.catalyst('nodes', 'openaiCompletion');
  for (const word of ['function_call', 'conditional', 'maxTokens', 'gpt-4-turbo-preview', 'Example']) {
    expect(one.stdout).toContain(word);
  }
  const schema = JSON.parse((await user.catalyst('nodes', 'openaiCompletion', '--json')).stdout) as object;
  expect(schema).toHaveProperty('configSchema.properties.temperature');
});

test('models lists what can be used, and with --all what no longer can', async () => {
  const user = await User.create();
  expect((await user.catalyst('models')).stdout).not.toContain('gpt-4-turbo-preview');
  expect((await user.catalyst('models', '--all')).stdout).toMatch(/gpt-4-turbo-preview +retired .*since 2026-03-26/);
});

test('models NAME shows all that is known of a model, also under the name of a fine-tuned one', async () => {
  const user = await User.create();
  const { stdout } = await user.catalyst('models', 'ft:gpt-4o:acme::abc');
  expect(stdout).toMatch(/^model +ft:gpt-4o:acme::abc \(gpt-4o\)$/m);
  expect(stdout).toMatch(/^prices +not known$/m);
  const other = (await user.catalyst('models', 'gpt-6-astra')).stdout;
  expect(other).toMatch(/^reasoning +low, medium \(default\), high, xhigh, max$/m);
  expect(other).toMatch(
    /^prices +input \$10, cached \$1, written to the cache \$12\.5, output \$50 per million tokens; prompts over 272,000 tokens: /m,
  );
  const [json] = JSON.parse((await user.catalyst('models', 'gpt-4', '--json')).stdout) as object[];
  expect(json).toMatchObject({ name: 'gpt-4', contextWindow: 8192, prices: { input: 30, output: 60 } });
});

test('new copies an example with its Python under the new name, and never overwrites', async () => {
  const user = await User.create();
  const made = await user.catalyst('new', 'my-bot', '--example', 'support-chat');
  expect(made).toMatchObject({ exitCode: 0 });
  expect(made.stdout).toContain('catalyst run my-bot/my-bot.workflow.json --input message=');
  expect(await user.catalyst('check', 'my-bot/my-bot.workflow.json')).toMatchObject({ exitCode: 0 });

  const again = await user.catalyst('new', 'my-bot');
  expect(again.exitCode).toBe(2);
  expect(again.stderr).toContain('exists already');
  const listed = await user.catalyst('new');
  expect(listed.stdout).toContain('support-chat');
});

test('a workflow outside the reach of its folder is refused', async () => {
  const user = await User.create();
  await mkdir(join(user.folder, 'flows'));
  await writeFile(join(user.folder, 'secret.py'), 'def get(): ...\n');
  const workflow = {
    version: 1,
    name: 'reach',
    nodes: [{ id: 'f', type: 'pythonFunction', config: { file: '../secret.py', function: 'get' } }],
    edges: [],
  };
  await writeFile(join(user.folder, 'flows/reach.workflow.json'), JSON.stringify(workflow));
  const { exitCode, stdout, stderr } = await user.catalyst('check', 'flows/reach.workflow.json');
  expect(exitCode).not.toBe(0);
  expect(stdout + stderr).toMatch(/secret\.py/);
});
