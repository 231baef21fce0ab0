import { Bot, ChevronDown, FlaskConical, Server } from 'lucide-react';
import { Suspense, useRef, useState, type ReactNode } from 'react';

import { useStudio } from '../api/studioStore.ts';
import { Button } from '../design/Button.tsx';
import { Popover } from '../design/Popover.tsx';
import { useDocument } from '../document/documentStore.ts';
import { answererKinds, answererWords } from './answerers.ts';
import { faultTitle } from './faults.ts';
import { loadModelServer, useModelServers } from './modelServer.ts';
import { later } from '../design/later.ts';

const AnswererDetails = later(async () => (await import('./AnswererDetails.tsx')).AnswererDetails);

const icons = { simulated: FlaskConical, provider: Bot, custom: Server } as const;

/** Who answers the model calls, said plainly; which keys are set; the simulated providers' speed and faults. */
export function AnswererMenu(): ReactNode {
  const file = useDocument((state) => state.current?.file);
  const server = useModelServers(({ servers }) => (file === undefined ? undefined : servers.get(file)));
  const fault = useStudio((state) => state.studio?.simulator.fault);
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  if (server === undefined) return null;
  const icon = icons[server.kind];
  const word = answererWords(server.kind, server.answerers);
  const title = word === answererKinds.simulated ? 'Simulated providers answer' : `Who answers: ${word}`;
  const isSimulated = server.kind === 'simulated';
  const isFaulty = isSimulated && fault !== undefined;
  return (
    <>
      <Button
        ref={button}
        icon={icon}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => {
          if (!isOpen && file !== undefined) void loadModelServer(file);
          setIsOpen(!isOpen);
        }}
        aria-label={`${title}${isFaulty ? `, with the fault ${fault}` : ''}`}
        look={isFaulty ? 'danger' : 'plain'}
        className={isSimulated && !isFaulty ? 'text-warning' : ''}
      >
        <span className="max-w-48 truncate">{word}</span>
        {isFaulty && (
          <span className="hidden max-w-32 truncate font-normal xl:inline">
            {fault !== undefined && faultTitle(fault)}
          </span>
        )}
        <ChevronDown size={14} aria-hidden />
      </Button>
      <Popover
        anchor={button}
        isOpen={isOpen}
        onClose={() => setIsOpen(false)}
        align="end"
        aria-label={title}
        className="flex max-h-[80vh] w-80 flex-col gap-3 overflow-auto p-3 text-xs"
      >
        <Suspense fallback={null}>
          <AnswererDetails title={title} server={server} />
        </Suspense>
      </Popover>
    </>
  );
}
