/** What a mode means for the screen. */
import type { Mode } from '../app/session-types.ts';

interface Moded {
  readonly mode: Mode;
  readonly drill?: string;
}

/** Real money behind it? Then the frame of the whole screen says so. */
export const isLive = ({ mode }: Moded): boolean => mode === 'live';

/** Simulated time: the operator may hold it and change its pace. */
export const hasMarketClock = ({ mode }: Moded): boolean => mode === 'demo' || mode === 'replay';

/** Our own simulated venue: nothing of it lives on while this process is down. */
export const isOnPaper = ({ mode, drill }: Moded): boolean =>
  drill === undefined && mode !== 'live' && mode !== 'testnet';

/** The word for it that stands on every frame. */
export const modeWord = ({ mode, drill }: Moded): string =>
  drill === undefined ? mode.toUpperCase() : `DRILL ${drill}`;
