import { describe, expect, test } from 'vitest';

import { createAncestry } from '../../../src/core/workflow/graph/ancestry.ts';
import { findBranches, isWithin, type Branch } from '../../../src/core/workflow/graph/branches.ts';
import {
  buildGraph,
  findCycle,
  reachableFrom,
  topologicalOrder,
  type Graph,
} from '../../../src/core/workflow/graph/graph.ts';
import { pick, randomNumbers } from '../expressions/random.ts';
import { read, workflowText } from '../workflows.ts';

function graphOf(ids: readonly string[], edges: readonly string[]): Graph {
  return buildGraph(read(workflowText(ids, edges)).file);
}

/** "c=0" for a way, "+d" for a join. */
function written(branch: Branch | undefined): string {
  return (branch ?? [])
    .map((decision) => (decision.kind === 'way' ? `${decision.node}=${decision.way}` : `+${decision.node}`))
    .join(' ');
}

function branchesOf(ids: readonly string[], edges: readonly string[]): Record<string, string> {
  const graph = graphOf(ids, edges);
  const branches = findBranches(graph, topologicalOrder(graph));
  return Object.fromEntries([...branches].map(([id, branch]) => [id, written(branch)]));
}

function cycleIn(ids: readonly string[], edges: readonly string[]) {
  const graph = graphOf(ids, edges);
  return findCycle(graph, topologicalOrder(graph));
}

describe('order', () => {
  test('each node comes after what it waits for; among equals the file decides', () => {
    const graph = graphOf(['r', 'z', 'b', 'a'], ['a > z', 'a > b', 'z > r', 'b > r']);
    expect(topologicalOrder(graph)).toEqual(['a', 'z', 'b', 'r']);
  });

  test('edges to nowhere are left out', () => {
    expect(topologicalOrder(graphOf(['a', 'r'], ['a > x', 'y > r', 'a > r']))).toEqual(['a', 'r']);
  });

  test('random graphs are ordered', () => {
    const random = randomNumbers(7);
    const ids = Array.from({ length: 60 }, (_, index) => `n${index}`);
    const edges = Array.from({ length: 200 }, () => {
      const [x, y] = [Math.floor(random() * 60), Math.floor(random() * 60)];
      return x === y ? '' : `n${Math.min(x, y)} > n${Math.max(x, y)}`;
    }).filter((edge) => edge !== '');
    const graph = graphOf(
      ids.toSorted(() => random() - 0.5),
      edges,
    );
    const position = new Map(topologicalOrder(graph).map((id, index) => [id, index]));
    for (const edge of edges) {
      const [source = '', target = ''] = edge.split(' > ');
      expect(position.get(source)).toBeLessThan(position.get(target) as number);
    }
  });
});

describe('cycles', () => {
  test('the edges of a cycle are found, in order, and nothing beside it', () => {
    const cycle = cycleIn(['a', 'x', 'y', 'z', 'r'], ['a > x', 'x > y', 'y > z', 'z > x', 'z > r']);
    const ids = cycle?.map(({ source }) => source) ?? [];
    expect(ids.toSorted()).toEqual(['x', 'y', 'z']);
    for (const [index, { target }] of (cycle ?? []).entries()) expect(target).toBe(cycle?.[(index + 1) % 3]?.source);
  });

  test('a node that leads to itself is one', () => {
    expect(cycleIn(['a', 'x'], ['a > x', 'x > x'])).toHaveLength(1);
  });

  test('a diamond is none', () => {
    expect(cycleIn(['a', 'x', 'y', 'r'], ['a > x', 'a > y', 'x > r', 'y > r'])).toBeUndefined();
  });
});

describe('reach', () => {
  test('what can be reached from the trigger', () => {
    expect([...reachableFrom(graphOf(['a', 'x', 'y', 'r'], ['a > x', 'x > r', 'y > r']), 'a')].toSorted()).toEqual([
      'a',
      'r',
      'x',
    ]);
  });

  test('what comes before what agrees with walking', () => {
    const random = randomNumbers(3);
    const ids = Array.from({ length: 30 }, (_, index) => `n${index}`);
    const edges = Array.from({ length: 50 }, () => Math.floor(random() * 29)).map(
      (low) => `n${low} > n${pick(random, ids.slice(low + 1)).slice(1)}`,
    );
    const graph = graphOf(ids, edges);
    const comesBefore = createAncestry(graph, topologicalOrder(graph));
    for (const earlier of ids) {
      const reached = reachableFrom(graph, earlier);
      for (const later of ids)
        expect(comesBefore(earlier, later), `${earlier} ${later}`).toBe(earlier !== later && reached.has(later));
    }
  });

  test('nothing is known to come before what lies on a cycle', () => {
    const graph = graphOf(['a', 'x', 'y'], ['a > x', 'x > y', 'y > x']);
    const comesBefore = createAncestry(graph, topologicalOrder(graph));
    expect(comesBefore('a', 'x')).toBe(false);
    expect(comesBefore('x', 'nothing')).toBe(false);
  });
});

describe('branches', () => {
  test('a condition splits, and both ways together are no branch', () => {
    expect(branchesOf(['a', 'c', 'x', 'y', 'r'], ['a > c', 'c.true > x', 'c.false > y', 'x > r', 'y > r'])).toEqual({
      a: '',
      c: '',
      x: 'c=0',
      y: 'c=1',
      r: '',
    });
  });

  test('a way around a node joins with it', () => {
    expect(branchesOf(['a', 'c', 'x', 'r'], ['a > c', 'c.true > x', 'x > r', 'c.false > r'])['r']).toBe('');
  });

  test('an edge from before the condition wins over one from behind it', () => {
    expect(branchesOf(['a', 'c', 'x', 'r'], ['a > c', 'c.true > x', 'x > r', 'a > r'])['r']).toBe('');
  });

  test('conditions in conditions', () => {
    const edges = ['a > c', 'c.true > cc', 'cc.true > x', 'cc.false > y', 'x > z', 'y > z', 'c.false > w'];
    expect(branchesOf(['a', 'c', 'cc', 'x', 'y', 'z', 'w'], edges)).toMatchObject({
      cc: 'c=0',
      x: 'c=0 cc=0',
      y: 'c=0 cc=1',
      z: 'c=0',
      w: 'c=1',
    });
  });

  test('some ways of several conditions are a join of their own', () => {
    const edges = ['a > c', 'a > cc', 'c.true > x', 'cc.true > x', 'x > y'];
    expect(branchesOf(['a', 'c', 'cc', 'x', 'y'], edges)).toMatchObject({ x: '+x', y: '+x' });
  });

  test('an inner way and the other outer way leave the rest out', () => {
    const edges = ['a > c', 'c.true > cc', 'cc.true > x', 'c.false > x'];
    expect(branchesOf(['a', 'c', 'cc', 'x'], edges)['x']).toBe('+x');
  });

  test('a join in which the last way merges after an inner one', () => {
    const edges = ['a > c', 'c.true > cc', 'cc.true > x', 'cc.false > x', 'c.false > x'];
    expect(branchesOf(['a', 'c', 'cc', 'x'], edges)['x']).toBe('');
  });

  test('joins of some ways count as these ways where the others come to it', () => {
    const edges = [
      'a > c',
      'c.true > cd',
      'c.false > ce',
      'cd.true > x',
      'cd.false > y',
      'ce.true > x',
      'ce.false > z',
    ];
    const ids = ['a', 'c', 'cd', 'ce', 'x', 'y', 'z', 'all', 'some'];
    const branches = branchesOf(ids, [...edges, 'x > all', 'y > all', 'z > all', 'x > some', 'y > some']);
    expect([branches['x'], branches['all'], branches['some']]).toEqual(['+x', '', '+some']);
  });

  test('a join of joins', () => {
    const edges = [
      'a > c',
      'c.true > cd',
      'c.false > ce',
      'cd.true > x',
      'cd.false > y',
      'ce.true > x',
      'ce.false > y',
    ];
    const branches = branchesOf(['a', 'c', 'cd', 'ce', 'x', 'y', 'all'], [...edges, 'x > all', 'y > all']);
    expect([branches['x'], branches['y'], branches['all']]).toEqual(['+x', '+y', '']);
  });

  test('a condition behind a join, whose ways complete it', () => {
    const edges = [
      'a > c',
      'c.true > cd',
      'c.false > ce',
      'cd.true > x',
      'ce.true > x',
      'cd.false > y',
      'ce.false > y',
    ];
    const allOf = (...more: readonly string[]): string | undefined =>
      branchesOf(['a', 'c', 'cd', 'ce', 'x', 'y', 'ck', 'all'], [...edges, 'x > ck', 'y > all', ...more])['all'];
    expect(allOf('ck.true > all', 'ck.false > all')).toBe('');
    expect(allOf('ck.true > all')).toBe('+all');
  });

  test('a model splits only when its function call is connected', () => {
    expect(branchesOf(['a', 'm', 'x', 'r'], ['a > m', 'm > r', 'm.stream > r.stream'])['r']).toBe('');
    expect(branchesOf(['a', 'm', 'x', 'r'], ['a > m', 'm > r', 'm.function_call > x'])).toMatchObject({
      r: 'm=0',
      x: 'm=1',
    });
  });

  test('within', () => {
    const graph = graphOf(['a', 'c', 'x', 'y'], ['a > c', 'c.true > x', 'c.false > y']);
    const branches = findBranches(graph, topologicalOrder(graph));
    const [c = [], x = [], y = []] = ['c', 'x', 'y'].map((id) => branches.get(id));
    expect([isWithin(x, c), isWithin(c, x), isWithin(x, y), isWithin(x, x)]).toEqual([true, false, false, true]);
  });

  test('a thousand conditions in a row take no time to speak of', () => {
    const ids = ['a', ...Array.from({ length: 1000 }, (_, index) => `c${index}`), 'r'];
    const edges = ids
      .slice(1)
      .flatMap((id, index) =>
        index === 0 ? [`a > ${id}`] : [`c${index - 1}.true > ${id}`, `c${index - 1}.false > ${id}`],
      );
    const graph = graphOf(ids, edges);
    const start = process.cpuUsage();
    expect(findBranches(graph, topologicalOrder(graph)).get('r')).toEqual([]);
    expect(topologicalOrder(graph)).toHaveLength(1002);
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(500);
  });
});
