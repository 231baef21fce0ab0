interface File {
  readonly nodes: readonly { readonly id: string; readonly type: string; readonly config: unknown }[];
  readonly edges: readonly { readonly source: string; readonly target: string }[];
}

/**
 * The least that any compiler of workflow files has to do: parse the text, put the nodes in order, print a line for each.
 * It checks nothing, and what it prints is no program.
 */
export function compileAtLeast(text: string): string {
  const { nodes, edges } = JSON.parse(text) as File;
  const waiting = new Map(nodes.map(({ id }) => [id, 0]));
  const followers = new Map<string, string[]>();
  for (const { source, target } of edges) {
    waiting.set(target, (waiting.get(target) ?? 0) + 1);
    const known = followers.get(source);
    if (known === undefined) followers.set(source, [target]);
    else known.push(target);
  }
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ready = nodes.filter(({ id }) => waiting.get(id) === 0).map(({ id }) => id);
  const lines: string[] = [];
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    const node = byId.get(id);
    lines.push(`${id} = await ${node?.type}(ctx, ${JSON.stringify(node?.config)}, node=${JSON.stringify(id)})`);
    for (const follower of followers.get(id) ?? []) {
      const left = (waiting.get(follower) ?? 0) - 1;
      waiting.set(follower, left);
      if (left === 0) ready.push(follower);
    }
  }
  return lines.join('\n');
}
