/** What a mode means for the screen. */
import type { ExchangeView, Mode } from '../app/session-types.ts';

interface Moded {
  readonly mode: Mode;
  readonly exchange?: Pick<ExchangeView, 'emulator'>;
  readonly drill?: string;
}

/** Real money behind it? Then the frame of the whole screen says so. */
export const isLive = ({ mode }: Moded): boolean => mode === 'live';

/** Simulated time: the operator may hold it and change its pace. */
export const hasMarketClock = ({ mode }: Moded): boolean => mode === 'demo' || mode === 'replay';

/** Our own simulated venue: nothing of it lives on while this process is down. */
export const isOnPaper = ({ mode, drill }: Moded): boolean =>
  drill === undefined && mode !== 'live' && mode !== 'testnet';

/** The word for it that stands on every frame; practice is never taken for the real thing. */
export function modeWord({ mode, drill, exchange }: Moded): string {
  if (drill !== undefined) return `DRILL ${drill}`;
  const isEmulated = (exchange?.emulator ?? null) !== null;
  return isEmulated ? `${mode.toUpperCase()} EMULATOR` : mode.toUpperCase();
}
