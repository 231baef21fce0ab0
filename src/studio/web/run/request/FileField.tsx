import { useState, type ReactNode } from 'react';

import type { Json } from '../../../../core/workflow/index.ts';
import type { RequestFile } from '../../../../core/workflow/nodes/requestBody.ts';
import { preview, size } from '../../design/figures.ts';
import { asObject } from '../shapes.ts';

/** The Studio takes no larger requests from its page, and base64 makes four bytes of three. */
const mostSent = 5_400_000;

interface FileFieldProps {
  readonly id: string | undefined;
  readonly label: string;
  readonly file: RequestFile;
  readonly value: Json | undefined;
  readonly onChange: (value: Json) => void;
}

/** A file that goes with a request: chosen, or dropped here. */
export function FileField({ id, label, file, value, onChange }: FileFieldProps): ReactNode {
  const [problem, setProblem] = useState<string>();
  const chosen = asObject(value ?? null);
  const take = async (given: File | undefined): Promise<void> => {
    if (given === undefined) return;
    const most = Math.min(file.maxBytes, mostSent);
    const isTooLarge = given.size > most;
    const whose = most === mostSent ? 'the Studio sends' : 'the endpoint takes';
    setProblem(isTooLarge ? `It has ${size(given.size)}; ${whose} ${size(most)} at the most.` : undefined);
    if (!isTooLarge) onChange(await sentFile(given));
  };
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <input
        type="file"
        id={id}
        aria-label={id === undefined ? label : undefined}
        accept={file.contentTypes.join(',') || undefined}
        className="w-full min-w-0 text-2xs text-muted file:mr-2 file:h-7 file:rounded-control file:border file:border-line-strong file:bg-surface file:px-2 file:text-xs file:text-ink"
        onChange={({ target }) => void take(target.files?.[0])}
      />
      {chosen !== undefined && (
        <span className="truncate text-2xs text-muted">
          Sends {preview(chosen['name'])}, {preview(chosen['type'])}, {size(Number(chosen['size']))}
        </span>
      )}
      {problem !== undefined && (
        <span role="status" className="text-2xs text-danger">
          {problem}
        </span>
      )}
    </div>
  );
}

/** A file as inputs hold it. Its text is read by the service, from what is sent. */
async function sentFile(file: File): Promise<Json> {
  const dataUrl = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(typeof reader.result === 'string' ? reader.result : ''));
    reader.addEventListener('error', () => reject(reader.error ?? new Error('It cannot be read.')));
    reader.readAsDataURL(file);
  });
  const base64 = dataUrl.slice(dataUrl.indexOf(',') + 1);
  const type = file.type === '' ? 'application/octet-stream' : file.type;
  return { name: file.name, type, size: file.size, text: '', base64, dataUrl: '' };
}
