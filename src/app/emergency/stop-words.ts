/** A stop and how a stop file names it. */
import type { StopState } from '../../store/stop-file.ts';
import type { StopKind } from './messages.ts';

/** Who left a stop file: what `tapedeck panic` writes is followed by a console that still runs. */
export const PANIC = 'panic';

/** The state that a stop leads to. */
export const stateOf = (stop: StopKind): 'flattening' | 'halted' =>
  stop === 'flatten' ? 'flattening' : 'halted';

/** The stop that leads to at least this state. */
export const stopOf = (state: StopState): StopKind => (state === 'flattening' ? 'flatten' : 'halt');
