import { serve } from '../../document/rpc.ts';
import { placeMissing, tidy } from './layout.ts';

const methods = { placeMissing, tidy };
export type LayoutWorker = typeof methods;

serve(methods);
