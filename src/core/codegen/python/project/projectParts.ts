import { deployKinds, type DeployKind } from '../../deploy/index.ts';
import { serviceParts } from '../operation/serviceParts.ts';
import { modelParts } from './modelParts.ts';

export { deployKinds };

/** What a project carries when it is asked to. */
export const projectParts = [...modelParts, 'batch', ...serviceParts] as const;

/** What a project is to have besides what its workflows need. */
export type ProjectPart = (typeof projectParts)[number] | DeployKind;
