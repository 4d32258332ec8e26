import type { DialectName } from '../../../src/exchange/emulator/dialect.ts';
import type { WireOptions, WireScenario } from './wire-scenario.ts';

/** A fault by script, and what must be true then. Throws in words when it is not. */
export interface WireFault {
  readonly row: number;
  readonly name: string;
  /** Left out: every dialect. */
  readonly dialects?: readonly DialectName[];
  readonly options?: Omit<WireOptions, 'seed' | 'dialect'>;
  /** There is an exchange and no session yet. */
  readonly startsAlone?: true;
  play(s: WireScenario): Promise<void>;
}
