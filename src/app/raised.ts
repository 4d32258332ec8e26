/** An alert as it is raised: what the board counts and lists is made of it. */
import type { AlertView } from './session-types.ts';

export type Raised = Omit<AlertView, 'id' | 'count' | 'active'> & {
  /** The same again is counted, not listed again. */
  readonly key: string;
  /** Does the condition still hold? Left out: it was a moment, nothing lasts. */
  readonly holds?: () => boolean;
};

/** About no strategy and no market. */
export const NOBODY = { verdict: null, strategyId: null, symbol: null } as const;
