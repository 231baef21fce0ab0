import { Check, Link, X } from 'lucide-react';
import { useState, type ReactNode } from 'react';

import type { OpenApproval } from '../../../../core/durableRuns.ts';
import type { Json } from '../../../../core/workflow/index.ts';
import type { Decided } from '../../../protocol/index.ts';
import { useAsking } from '../../api/useAsking.ts';
import { Button } from '../../design/Button.tsx';
import { moment } from '../../design/figures.ts';
import { CopyButton } from '../CopyButton.tsx';
import { field } from '../../design/fields.ts';
import { meaningOf, type JsonSchema } from '../../../../core/workflow/jsonSchema.ts';
import { SchemaForm } from '../request/SchemaForm.tsx';
import { asObject } from '../shapes.ts';

interface ApprovalCardProps {
  readonly approval: OpenApproval;
  readonly onDecide: (decided: Decided) => Promise<void>;
}

/** What a run asks a person, to be decided here or by whoever gets the link. */
export function ApprovalCard({ approval, onDecide }: ApprovalCardProps): ReactNode {
  const { step, message, until, form, link } = approval;
  const [values, setValues] = useState<Json>(() => defaultsOf(form));
  const [comment, setComment] = useState('');
  const { isBusy, why, attempt } = useAsking();
  const decide = async (approved: boolean): Promise<void> => {
    const filled = approved && form !== undefined && { values: { ...asObject(values) } };
    const said = comment.trim() !== '' && { comment: comment.trim() };
    await attempt(async () => onDecide({ step, approved, ...said, ...filled }));
  };
  return (
    <section
      aria-label={`${step} asks`}
      className="flex flex-col gap-2 rounded-card border border-warning/40 bg-warning-soft p-3 text-xs"
    >
      <p className="flex items-baseline gap-2 text-2xs">
        <span className="font-semibold text-warning">{step} asks a person</span>
        <span className="text-muted">until {moment(until * 1000)}</span>
      </p>
      <div className={`grid gap-x-6 gap-y-2 ${form === undefined ? '' : '@2xl:grid-cols-2'}`}>
        <p className="max-h-40 overflow-auto whitespace-pre-wrap wrap-anywhere" tabIndex={0}>
          {message}
        </p>
        {form !== undefined && <SchemaForm schema={form} value={values} onChange={setValues} />}
      </div>
      <div className="sticky -bottom-2 -mx-3 -mb-3 flex flex-wrap items-center gap-1.5 rounded-card bg-warning-soft px-3 pb-3">
        <p role="alert" className="w-full text-danger empty:hidden">
          {why}
        </p>
        <input
          aria-label="Comment"
          placeholder="Comment"
          className={`${field} w-40 grow`}
          value={comment}
          maxLength={10_000}
          onChange={({ target }) => setComment(target.value)}
        />
        <Button look="primary" icon={Check} disabled={isBusy} onClick={() => void decide(true)}>
          Approve
        </Button>
        <Button icon={X} disabled={isBusy} onClick={() => void decide(false)}>
          Reject
        </Button>
        {link !== undefined && <CopyButton icon={Link} label="Copy the link for who decides" text={() => link} />}
      </div>
    </section>
  );
}

/** What a form says by itself until someone says otherwise. */
function defaultsOf(form: JsonSchema | undefined): Json {
  const fields = Object.entries((form && meaningOf(form).properties) ?? {});
  return Object.fromEntries(
    fields.flatMap(([name, schema]): readonly [string, Json][] => {
      const { default: fallback } = meaningOf(schema);
      return fallback === undefined ? [] : [[name, fallback]];
    }),
  );
}
