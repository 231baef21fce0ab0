import { Command, CommanderError, Option } from 'commander';

import { version } from '../../package.json';
import { exitCode, type CommandContext } from './context.ts';
import { helpOf } from './help.ts';

const json = new Option('--json', 'machine-readable output');
const port = new Option('--port <number>', 'port of 127.0.0.1 to serve on; 0 takes any free one').default('8000');
const trust = new Option('--trust', 'run the custom Python of this file without asking');

/**
 * Runs the command that the arguments ask for and gives its exit code. Commands are loaded when they are asked for, so that
 * help and mistakes cost no more than reading the arguments.
 */
export async function runProgram(args: readonly string[], context: CommandContext): Promise<number> {
  let result: number = exitCode.fine;
  const program = new Command('catalyst');
  program
    .description('Compiles a graph of LLM nodes into a plain, typed, tested, streaming Python/FastAPI service.')
    .version(version, '-v, --version', 'show the version')
    .helpCommand('help [command]', 'show help for a command')
    .helpOption('-h, --help', 'show help')
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .configureOutput({
      writeOut: (text) => context.terminal.write(text),
      writeErr: (text) => context.terminal.note(text.trimEnd()),
    })
    .exitOverride()
    .addHelpText('after', helpOf.program);

  program
    .command('new [name]')
    .description('start a workflow from an example; without a name, list the examples')
    .option('-e, --example <example>', 'the example to start from')
    .addOption(json)
    .addHelpText('after', helpOf.new)
    .action(async (name, options) => {
      result = await (await import('./commands/new.ts')).newWorkflow(context, name, options);
    });

  program
    .command('check <file...>')
    .description('find the mistakes in workflow files')
    .option('--fix', 'apply the fixes that findings offer')
    .option('--strict', 'treat warnings as errors')
    .option('--cost', 'show the most that one request can cost')
    .addOption(json)
    .addHelpText('after', helpOf.check)
    .action(async (files, options) => {
      result = await (await import('./commands/check.ts')).checkFiles(context, files, options);
    });

  program
    .command('change <file> <node=provider...>')
    .description('have nodes ask another provider, with all of their config that it takes')
    .option('-n, --dry-run', 'write nothing; say what would be lost')
    .addOption(json)
    .addHelpText('after', helpOf.change)
    .action(async (file, wanted, options) => {
      result = await (await import('./commands/change.ts')).change(context, file, wanted, options);
    });

  program
    .command('run <file>')
    .description('run a workflow once and stream its answer')
    .option('-i, --input <key=value...>', 'a value of the input, or a file: key=@path; repeat it for more')
    .option('--input-json <file>', 'the whole input as a JSON file, or - for standard input')
    .addOption(trust)
    .addOption(new Option('--json', 'print the raw events, one JSON object a line'))
    .addHelpText('after', helpOf.run)
    .action(async (file, options) => {
      result = await (await import('./commands/run.ts')).runWorkflow(context, file, options);
    });

  program
    .command('batch <file>')
    .description('run a workflow for each row of a file')
    .requiredOption('-i, --input <file>', 'the rows: .jsonl, .csv or .tsv')
    .option('-o, --out <file>', 'where the results go: .jsonl')
    .option('--check', 'only check that all rows fit; ask nothing')
    .option('--concurrency <number>', 'rows at once, at most (default: 50)')
    .option('--max-cost <usd>', 'ask no more than may cost so much')
    .option('--retry-failed', 'ask the rows again that have failed; all others keep their results')
    .option('--provider-batch', "ask by OpenAI's and Anthropic's batches: half the price, within a day")
    .option('--poll <seconds>', 'how often a provider is asked for a batch (default: 30)')
    .option('--engine <engine>', 'local, or ray: on a cluster, with Ray Data')
    .option('--log <file>', 'where the log lines of the runs go')
    .addOption(trust)
    .addOption(new Option('--json', 'one JSON object a line: progress, notes, summary'))
    .addHelpText('after', helpOf.batch)
    .action(async (file, options) => {
      result = await (await import('./commands/batch.ts')).batch(context, file, options);
    });

  program
    .command('dev <file>')
    .description('serve a workflow and serve it anew on every change')
    .addOption(port)
    .addOption(trust)
    .addOption(new Option('--json', 'print one JSON object a line for every start, finding and request'))
    .addHelpText('after', helpOf.dev)
    .action(async (file, options) => {
      result = await (await import('./commands/dev.ts')).dev(context, file, options);
    });

  program
    .command('studio [path]')
    .description('draw, run and watch the workflows of a folder in the browser')
    .option('--port <number>', 'port to serve on; 0 takes any free one (default: 4747, or a free one)')
    .option('--host <address>', 'address to serve on', '127.0.0.1')
    .option('--i-know', 'allow an address that other machines can reach')
    .option('--no-open', 'do not open the browser')
    .addHelpText('after', helpOf.studio)
    .action(async (path, options) => {
      result = await (await import('./commands/studio.ts')).studio(context, path, options);
    });

  program
    .command('build <file...>')
    .description('write the Python service')
    .requiredOption('-o, --out <folder>', 'the folder to write to')
    .option('--with <part...>', 'carry what no workflow uses: batch, metrics, access-log, reload, workers, calls, …')
    .option('--deploy <kind...>', 'write files for compose, kubernetes, fly or railway as well')
    .option('--force', 'take the new version of edited files; what was there is kept as .bak')
    .option('--check', 'write nothing; say what would change, and exit with 1 if something would')
    .addOption(json)
    .addHelpText('after', helpOf.build)
    .action(async (files, options) => {
      result = await (await import('./commands/build.ts')).build(context, files, options);
    });

  program
    .command('nodes [type]')
    .description('list the node types, or explain one')
    .addOption(json)
    .addHelpText('after', helpOf.nodes)
    .action(async (type, options) => {
      result = await (await import('./commands/nodes.ts')).nodes(context, type, options);
    });

  program
    .command('models [name]')
    .description(
      'list the models of all providers or of one, with limits, prices and last days, or show all of one model',
    )
    .option('-a, --all', 'the retired ones too')
    .addOption(json)
    .addHelpText('after', helpOf.models)
    .action(async (name, options) => {
      result = (await import('./commands/models.ts')).models(context, name, options);
    });

  program
    .command('runs <action> [id]')
    .description(
      'durable runs of a service: list, show, follow, cancel, retry, delete, approve or reject them; dead and resend for queues',
    )
    .option('--url <url>', 'where the service is', 'http://127.0.0.1:8000')
    .option('--workflow <name>', 'list those of one workflow')
    .option('--status <status>', 'list those that are running, succeeded, failed or cancelled')
    .option('--waits-for <what>', 'list those that wait for an approval, an event, a delay, or their turn in a queue')
    .option('--since <time>', 'list those since then: 30m, 2h, 3d, or a date')
    .option('--before <time>', 'delete those that ended before: 30d, or a date')
    .option('--limit <number>', 'list so many at most')
    .option('--step <step>', 'approve or reject this step, where a run asks several things')
    .option('--by <name>', 'who decides')
    .option('--comment <text>', 'what is said about a decision')
    .option('--values <json>', 'what the form of an approval asks for')
    .option('--queue <name>', 'the queue whose dead letters are listed or sent again')
    .addOption(json)
    .addHelpText('after', helpOf.runs)
    .action(async (action, id, options) => {
      result = await (await import('./commands/runs.ts')).runs(context, action, id, options);
    });

  program
    .command('mcp <action> <file>')
    .description('tools of MCP servers: lock writes down which there are, check says what has changed since')
    .addOption(json)
    .addHelpText('after', helpOf.mcp)
    .action(async (action, file, options) => {
      result = await (await import('./commands/mcp.ts')).mcp(context, action, file, options);
    });

  program
    .command('demo', { hidden: true })
    .description('compile an example, serve it and ask it something, with the simulated OpenAI')
    .action(async () => {
      result = await (await import('./commands/demo.ts')).demo(context);
    });

  program
    .command('python <requirements>', { hidden: true })
    .description('print the path of a Python that has the packages of a requirements file')
    .action(async (requirements) => {
      result = await (await import('./commands/python.ts')).python(context, requirements);
    });

  try {
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0)
      context.terminal.note(`${context.terminal.err.dim('  hint:')} ${helpHint(args[0], program)}`);
    return error.exitCode === 0 ? exitCode.fine : exitCode.usage;
  }
  return result;
}

function helpHint(command: string | undefined, program: Command): string {
  if (!program.commands.some((each) => each.name() === command)) return 'catalyst --help lists the commands.';
  return `catalyst ${command} --help shows examples.`;
}
