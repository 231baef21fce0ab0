import { expect, test } from 'vitest';

import { neighboursOf } from '../../../src/core/workflow/python/neighbours.ts';
import { PythonModule } from '../../../src/core/workflow/python/PythonModule.ts';

test.each([
  ['import a.b as c, d', ['a', 'd']],
  ['from a.b import c', ['a']],
  ['from . import a, b as c', ['a', 'b']],
  ['from .a.b import c', ['a']],
  ['from . import (\n    a,  # first\n    b,\n)', ['a', 'b']],
  ['from ..a import b', []],
  ['if True:\n    try:\n        import a\n    except ImportError:\n        import b', ['a', 'b']],
  ['def f():\n    """For example:\n\n    import a\n    """\n    import b', ['b']],
  ['x = "import a"  # import b', []],
])('%s looks for %j', (code, names) => {
  expect(new PythonModule(`${code}\n`).importedNames).toEqual(names);
});

test('they are modules and packages in the same folder, but not the file itself', () => {
  const paths = neighboursOf('lib/orders.py', new PythonModule('import orders, prices\n')).map(({ path }) => path);
  expect(paths).toEqual(['lib/orders/__init__.py', 'lib/prices.py', 'lib/prices/__init__.py']);
});
