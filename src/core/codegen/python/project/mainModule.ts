import type { GeneratedFile } from '../GeneratedFile.ts';
import * as py from '../syntax/build.ts';
import { printModule } from '../syntax/print.ts';

const advice =
  'Its routes are in app/routes.py now, which every build writes; app/main.py is yours and no longer written. Take its ' +
  'routes out, and put `from app import routes`, `env=routes.ENV, servers=routes.SERVERS` in create_app(…) and `app.include_router(routes.router)` in.';

/** `app/main.py`: the application, which its owner puts together. */
export function mainModule(title: string): GeneratedFile {
  const app = py.name('app');
  const routes = py.imported('app', 'routes');
  const created = py.call(
    py.imported('app.runtime.server', 'create_app'),
    py.keyword('title', py.literal(title)),
    py.keyword('env', py.attribute(routes, 'ENV')),
    py.keyword('servers', py.attribute(routes, 'SERVERS')),
  );
  const include = py.call(py.attribute(app, 'include_router'), py.attribute(routes, 'router'));
  const docstring = `${title} as an HTTP service.

This file is yours and is not written again: add middleware and routers of your own to \`app\`. Routes of workflows are
in \`app/routes.py\`.`;
  const { text } = printModule(py.moduleOf([py.assign(app, created), py.statement(include)], docstring));
  return { path: 'app/main.py', content: text, writtenOnce: { advice } };
}
