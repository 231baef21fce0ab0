/** A workflow file of a chain of nodes, between an endpoint and a response. */
export interface Chain {
  readonly text: string;
  /** All nodes, the endpoint and the response included; of a loop the items. */
  readonly nodes: number;
  /** What it is asked. */
  readonly message: string;
}

interface ChainNode {
  readonly id: string;
  readonly type: string;
  readonly config: unknown;
}

const endpoint: ChainNode = {
  id: 'ask',
  type: 'httpEndpoint',
  config: {
    path: '/chain',
    inputSchema: { type: 'object', required: ['message'], properties: { message: { type: 'string' } } },
  },
};

/** Pairs of a prompt and a completion that each use what the pair before them gave. `wording` goes into the middle one. */
export function conversation(pairs: number, wording = 'Shorten this.'): Chain {
  const nodes: ChainNode[] = [];
  for (let index = 0; index < pairs; index += 1) {
    const before = index === 0 ? '{{ input.message }}' : `{{ nodes.answer_${index - 1}.output.content }}`;
    const system = index === Math.floor(pairs / 2) ? wording : `Step ${index}: rewrite what you are given, briefly.`;
    const messages = [
      { role: 'system', content: system },
      { role: 'user', content: `Take this:\n${before}` },
    ];
    nodes.push({ id: `prompt_${index}`, type: 'promptTemplate', config: { messages } });
    const config = { model: 'gpt-5.4-mini', messages: `{{ nodes.prompt_${index}.output }}`, maxTokens: 200 };
    nodes.push({ id: `answer_${index}`, type: 'openaiCompletion', config });
  }
  return chain(nodes, `{{ nodes.answer_${pairs - 1}.output.content }}`);
}

/** Chains without a model call, to measure what one node more costs a run. */
export const costChains = {
  prompt: (length: number) =>
    chain(
      range(length).map((index) => ({
        id: `prompt_${index}`,
        type: 'promptTemplate',
        config: {
          messages: [
            {
              role: 'user',
              content: `Rewrite: ${index === 0 ? '{{ input.message }}' : `{{ nodes.prompt_${index - 1}.output[0].role }}`}`,
            },
          ],
        },
      })),
      `{{ nodes.prompt_${length - 1}.output }}`,
    ),
  condition: (length: number) =>
    chain(
      range(length).map((index) => ({
        id: `condition_${index}`,
        type: 'condition',
        config: { expression: `{{ input.message != 'stop ${index}' }}` },
      })),
      '{{ input.message }}',
    ),
  function: (length: number) =>
    chain(
      range(length).map((index) => ({
        id: `step_${index}`,
        type: 'pythonFunction',
        config: {
          file: 'functions/step.py',
          function: 'step',
          args: { value: index === 0 ? '{{ input.message }}' : `{{ nodes.step_${index - 1}.output }}` },
        },
      })),
      `{{ nodes.step_${length - 1}.output }}`,
    ),
  loop,
};

/** A loop whose body does next to nothing. */
function loop(length: number): Chain {
  const nodes = [
    endpoint,
    { id: 'each', type: 'loop', config: { items: "{{ input.message | split(' ') }}" } },
    { id: 'told', type: 'editFields', config: { set: { item: '{{ nodes.each.item }}' } } },
    { id: 'reply', type: 'response', config: { output: '{{ nodes.each.output | length }}' } },
  ];
  const edges = [
    { source: 'ask', target: 'each' },
    { source: 'each', sourceHandle: 'item', target: 'told' },
    { source: 'told', target: 'each', targetHandle: 'result' },
    { source: 'each', target: 'reply' },
  ];
  const text = JSON.stringify({ version: 1, name: 'chain', nodes, edges });
  return { text, nodes: length, message: range(length).join(' ') };
}

/** The Python that the function chain calls. */
export const stepFunction =
  'async def step(value: str) -> str:\n    """Gives back what it gets."""\n    return value\n';

function chain(middle: readonly ChainNode[], output: string): Chain {
  const nodes = [endpoint, ...middle, { id: 'reply', type: 'response', config: { output } }];
  const edges = nodes.slice(1).map(({ id }, index) => {
    const source = nodes[index] ?? endpoint;
    return { source: source.id, ...(source.type === 'condition' && { sourceHandle: 'true' }), target: id };
  });
  const placed = nodes.map((node, index) => ({ ...node, position: { x: index * 240, y: 0 } }));
  const file = { version: 1, name: 'chain', description: 'A chain of nodes.', nodes: placed, edges };
  return { text: `${JSON.stringify(file, null, 2)}\n`, nodes: nodes.length, message: 'hello' };
}

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index);
}
