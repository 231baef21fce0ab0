import { Template } from '../../../../workflow/expressions/syntax.ts';
import { unknownIn } from '../../../../workflow/expressions/values.ts';
import type { Json } from '../../../../workflow/json.ts';
import { isModelNode } from '../../../../workflow/modelNodes.ts';
import { servedInput } from '../../../../workflow/servedModel.ts';
import * as py from '../../syntax/build.ts';
import type { Expr, Stmt } from '../../syntax/tree.ts';
import { service } from './scene.ts';
import type { Rehearsed } from './search.ts';
import type { TestFunctions } from './testFunctions.ts';
import { isJsonObject, type JsonObject } from './trial.ts';

/** A workflow that is served as a model is listed, and answers clients of OpenAI's API in both of its APIs, whole and streamed. */
export function servedModelTests(functions: TestFunctions, runs: readonly Rehearsed[]): readonly Stmt[] {
  const { plan, isRouted } = functions.workflow;
  const { trigger } = plan.checked;
  const openai = trigger.type === 'httpEndpoint' ? trigger.config.openai : undefined;
  if (openai === undefined || !isRouted) return [];
  const found = runs.find(
    ({ outcome }) => typeof outcome.output === 'string' && unknownIn(outcome.output) === undefined,
  );
  const messages = found && messagesFor(functions, found.trial.input);
  if (found === undefined || messages === undefined) return [];
  const scene = functions.scene(found);
  scene.standIn(() => false);
  const { nodes } = plan.checked.graph;
  const asksUntold = found.outcome.ran.some((id) => isModelNode(nodes.get(id)) && !found.trial.answers.has(id));
  if (asksUntold) return [];
  const answers = scene.answers();
  if (answers.length > 0) {
    const told = py.name('answers');
    scene.add(py.assign(told, py.list(answers.map(({ answer }) => answer))));
    scene.set('answers', py.list([py.starred(told), py.starred(told)]));
  }
  const [whole, events, models] = [py.name('whole'), py.name('events'), py.name('models')];
  const model = py.entry('model', py.literal(openai.model));
  const ask = (method: string, path: string, body: Expr): Expr =>
    py.call(py.attribute(service, 'ask'), py.literal(method), py.literal(path), body);
  const content = at(at(at(py.call(py.attribute(whole, 'json')), 'choices', 0), 'message'), 'content');
  const output = at(at(at(at(py.attribute(events, 'last'), 'response'), 'output', 0), 'content', 0), 'text');
  const said = py.literal(found.outcome.output as string);
  return [
    functions.test(
      functions.name('test clients of the openai api are answered'),
      scene,
      `As the model ${openai.model}, whole and as a stream.`,
      [
        py.assign(models, py.call(py.attribute(ask('GET', '/v1/models', py.literal(null)), 'json'))),
        py.assertion(py.compare(py.literal(openai.model), 'in', py.call(py.name('str'), at(models, 'data')))),
        py.assign(
          whole,
          ask('POST', '/v1/chat/completions', py.dict([model, py.entry('messages', py.literal(messages))])),
        ),
        py.assertion(
          py.compare(py.attribute(whole, 'status_code'), '==', py.literal(200)),
          py.attribute(whole, 'text'),
        ),
        py.assertion(py.compare(content, '==', said)),
        py.assign(
          events,
          py.call(
            py.attribute(service, 'stream'),
            py.literal('POST'),
            py.literal('/v1/responses'),
            py.dict([model, py.entry('input', py.literal(messages)), py.entry('stream', py.literal(true))]),
          ),
        ),
        py.assertion(
          py.compare(py.subscript(py.attribute(events, 'names'), -1), '==', py.literal('response.completed')),
          events,
        ),
        py.assertion(py.compare(output, '==', said)),
      ],
    ),
  ];
}

function at(value: Expr, key: string, index?: number): Expr {
  const found = py.subscript(value, key);
  return index === undefined ? found : py.subscript(found, index);
}

/** The messages of which the workflow makes this input; undefined where it takes more than one thing that they say. */
function messagesFor({ workflow }: TestFunctions, input: JsonObject): Json | undefined {
  const { trigger } = workflow.plan.checked;
  if (trigger.type !== 'httpEndpoint') return undefined;
  const filled = servedInput(trigger.config);
  const [name, ...others] = Object.keys(input);
  const source = name === undefined ? undefined : filled.get(name);
  if (name === undefined || others.length > 0 || !(source instanceof Template)) return undefined;
  const value = input[name];
  const isOf = (kind: string): boolean => source.single?.kind === 'path' && source.single.segments[0]?.key === kind;
  if (isOf('text') && typeof value === 'string') return [{ role: 'user', content: value }];
  return isOf('messages') && areAsked(value) ? value : undefined;
}

function areAsked(messages: Json | undefined): boolean {
  return Array.isArray(messages) && messages.some((each) => isUsers(each as Json));
}

function isUsers(message: Json): boolean {
  return isJsonObject(message) && message['role'] === 'user';
}
