import type { Scenario, ScenarioOptions } from '../../simulation/scenario.ts';

/** A fault by script, and what must be true then. Throws in words when it is not. */
export interface FaultScenario {
  readonly row: number;
  readonly name: string;
  readonly options?: Omit<ScenarioOptions, 'seed' | 'dir'>;
  play(s: Scenario): Promise<void>;
}
