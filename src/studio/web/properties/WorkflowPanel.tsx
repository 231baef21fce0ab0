import { FileCode } from 'lucide-react';
import { useMemo, type ReactNode } from 'react';

import type { Json } from '../../../core/workflow/index.ts';
import { workflowSchema } from '../../../core/workflow/index.ts';
import { showInText } from '../code/codeStore.ts';
import { Button } from '../design/Button.tsx';
import { useDocument } from '../document/documentStore.ts';
import { FindingList } from './FindingList.tsx';
import type { Form } from './formContext.ts';
import { FormScope } from './FormScope.tsx';
import { ObjectFields } from './fields/ObjectFields.tsx';
import { fieldOf, isRecord, type Field } from './model/field.ts';
import { placeFindings } from './model/findings.ts';
import { workflow } from './owner.ts';
import { PanelFrame } from './PanelFrame.tsx';

/** What is shown of the file here; the rest is drawn. */
const keys = ['name', 'description', 'env'];

/** The workflow itself: its name, what it does, the variables that it may read. */
export function WorkflowPanel(): ReactNode {
  const text = useDocument((state) => state.current?.text) ?? '';
  const diagnostics = useDocument((state) => state.current?.compiled?.diagnostics);
  const value = useMemo(() => fileIn(text), [text]);
  // Only its text can be mended then.
  const mistakeAt = diagnostics?.find(({ severity }) => severity === 'error')?.range.start ?? 0;
  const form = useMemo((): Form => {
    const own = (diagnostics ?? []).filter(({ path }) => path[0] !== 'nodes' && path[0] !== 'edges');
    const findings = placeFindings(fieldOf(workflowSchema), value, [], own);
    return {
      owner: workflow,
      root: [],
      findings,
      node: undefined,
      provider: undefined,
      modelName: undefined,
      model: undefined,
      callee: undefined,
      isTool: false,
    };
  }, [diagnostics, value]);
  return (
    <FormScope form={form}>
      <PanelFrame
        header={
          <>
            <h2 className="text-sm font-semibold">Workflow</h2>
            <p className="text-2xs text-muted">
              {value === undefined
                ? 'Its file is no JSON. What can be read of it is drawn; only its text can be changed.'
                : 'Choose a node, an edge or a note to see what it is set to.'}
            </p>
          </>
        }
      >
        <FindingList findings={form.findings.get('') ?? []} />
        {value === undefined ? (
          <Button icon={FileCode} className="self-start" onClick={() => showInText(mistakeAt)}>
            Show the place in the file
          </Button>
        ) : (
          <ObjectFields fields={fields} value={value} path={[]} />
        )}
      </PanelFrame>
    </FormScope>
  );
}

const fields: ReadonlyMap<string, Field> = new Map(
  keys.flatMap((key) => {
    const { shape } = fieldOf(workflowSchema);
    const field = shape.kind === 'object' ? shape.fields.get(key) : undefined;
    return field === undefined ? [] : [[key, { ...field, hint: { ...field.hint, isPrimary: true } }] as const];
  }),
);

/** Undefined where the text is no JSON. */
function fileIn(text: string): { readonly [key: string]: Json } | undefined {
  try {
    const file = JSON.parse(text.replace(/^\uFEFF/, '')) as Json;
    return isRecord(file) ? Object.fromEntries(Object.entries(file).filter(([key]) => keys.includes(key))) : {};
  } catch {
    return undefined;
  }
}
