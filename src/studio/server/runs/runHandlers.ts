import { kindOf } from '../../../host/modelServer.ts';
import { customPython, isTrusted, recordTrust } from '../../../host/trust.ts';
import type { Handlers } from '../handlers.ts';
import { answerersOf } from './answerers.ts';
import type { OpenedRuns } from './openRuns.ts';
import type { RunParts } from './parts.ts';
import { maskOf } from './secrets.ts';

export type RunningRoute =
  | 'modelServer'
  | 'askedTrust'
  | 'trust'
  | 'prepare'
  | 'startRun'
  | 'stopRun'
  | 'runApprovals'
  | 'decideRun'
  | 'startTests'
  | 'stopTests';

/** What starts and stops runs, and what has to be known before. */
export function runHandlers({ workspace }: RunParts, opened: () => Promise<OpenedRuns>): Pick<Handlers, RunningRoute> {
  return {
    async modelServer({ file }) {
      const { projects } = await opened();
      const models = await projects.models(await workspace.placeOf(file));
      const secrets = models.answerers.map(({ provider, hasKey }): [string, boolean] => [
        provider.variables.key,
        hasKey,
      ]);
      const { notice } = models;
      const answerers = answerersOf(models);
      return { kind: kindOf(models), answerers, notice, secrets: Object.fromEntries(secrets) };
    },
    async askedTrust({ file, text }) {
      const { projects, machine } = await opened();
      const path = await workspace.placeOf(file);
      const { checked } = await projects.checked(path, text);
      const python = (await isTrusted(machine.env, path, checked)) ? [] : customPython(checked);
      return {
        python: python.map(({ node, code, file: named }) => ({
          node,
          code,
          ...(named !== undefined && { file: named }),
        })),
      };
    },
    async trust({ file, text }) {
      const { projects, machine } = await opened();
      const { checked } = await projects.checked(await workspace.placeOf(file), text);
      recordTrust(machine.env, checked);
      return {};
    },
    async prepare({ file, text }) {
      const { projects, services } = await opened();
      const project = await projects.trusted(await workspace.placeOf(file), text);
      // It is only made ready; whoever asks for it learns why it could not be.
      void services.hold(project).then(
        ({ release }) => release(),
        () => undefined,
      );
      return {};
    },
    async startRun(body) {
      const { runner } = await opened();
      return { run: await runner.start(await workspace.placeOf(body.file), body) };
    },
    async stopRun({ run }) {
      (await opened()).runner.stop(run);
      return {};
    },
    async runApprovals({ run }) {
      const { runner, machine } = await opened();
      const approvals = (await runner.begun(run)?.approvals(machine.signal)) ?? [];
      return maskOf(machine.env).json({ approvals: [...approvals] });
    },
    async decideRun({ run, step, ...decision }) {
      const { runner, machine } = await opened();
      await runner.begun(run)?.decide(step, decision, machine.signal);
      return {};
    },
    async startTests({ file, text, only }) {
      const { projects, tests } = await opened();
      await tests.start(file, await projects.trusted(await workspace.placeOf(file), text), only ?? []);
      return {};
    },
    async stopTests({ file }) {
      await (await opened()).tests.stop(file);
      return {};
    },
  };
}
