import { BaseSequencer, type TestSpecification } from 'vitest/node';

import { SeededRng } from '../../src/domain/rng.ts';

/** Files of ten seconds and more: begun last, one of them would be waited for alone. */
const LONG: ReadonlySet<string> = new Set([
  'app/emergency/thread', 'app/kill', 'app/recovery', 'app/silence', 'engine/gate-kill',
  'exchange/demo/statistics', 'keys/keys-command', 'scenarios/robot-drill',
  'scenarios/robot-emulator', 'scenarios/robot-exchange',
  'scenarios/robot-hangup', 'scenarios/robot-plain', 'scenarios/robot-replay',
  'scenarios/robot-state', 'security/start', 'strategies/host/faults',
  'strategies/host/security', 'strategies/host/session', 'ui/lifecycle', 'ui/terminal-storm',
]); // prettier-ignore

/**
 * Order of the test files: long ones first, then those that share modules, one after the other
 * (a process is used again only for its like), then the rest; each part shuffled by the seed.
 */
export class FileOrder extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rng = new SeededRng(this.ctx.config.sequence.seed);
    const placed = files
      .toSorted((a, b) => (a.moduleId < b.moduleId ? -1 : 1))
      .map((file) => ({ file, part: partOf(file), place: rng.next() }))
      .sort((a, b) => a.part - b.part || a.place - b.place);
    return Promise.resolve(placed.map(({ file }) => file));
  }
}

function partOf({ moduleId, project }: TestSpecification): number {
  const [, name = ''] = /\/test\/(.+)\.test\.tsx?$/.exec(moduleId) ?? [];
  if (LONG.has(name)) return project.config.isolate ? 0 : 1;
  return project.config.isolate ? 3 : 2;
}
