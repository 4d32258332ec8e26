/** `tapedeck run` as it is asked for without a word. */
import type { RunRequest } from '../../src/app/assemble.ts';

export const BARE_REQUEST: RunRequest = {
  flags: [],
  config: null,
  state: null,
  strategies: [],
  sizing: null,
  risk: null,
  replay: null,
  continueReplay: false,
  lot: null,
  tick: null,
  start: false,
  duration: null,
  trades: null,
  record: false,
};
