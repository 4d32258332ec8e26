import type { EngineState } from './state.ts';
import type { LimitView } from './view.ts';

/** Every limit that is on, in a fixed order. */
export function limitViews(_state: EngineState): LimitView[] {
  return [];
}
