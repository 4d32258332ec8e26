import { describe, expect, it } from 'vitest';

import { Vigil } from '../../src/app/vigil.ts';

/** A vigil over clocks that the test moves; what it said. */
function watched() {
  const clocks = { monotonic: 5_000, wall: 1_000_000 };
  const said: string[] = [];
  const vigil = new Vigil(
    {
      monotonicMs: () => clocks.monotonic,
      wallMs: () => clocks.wall,
      onGap: (what) => said.push(what),
    },
    250,
  );
  return {
    said,
    pass: (monotonic: number, wall = monotonic): void => {
      clocks.monotonic += monotonic;
      clocks.wall += wall;
      vigil.look();
    },
  };
}

describe('F51: an event loop that stalls', () => {
  it('is noticed from a second on', () => {
    const { said, pass } = watched();
    pass(250);
    pass(1_250);
    expect(said).toEqual([]);
    pass(5_250);
    expect(said).toEqual(['this process stood still for 5.0 s']);
    pass(250);
    expect(said).toHaveLength(1);
  });
});

describe('F31: a clock that jumps', () => {
  it('is noticed in both directions, from two seconds on', () => {
    const { said, pass } = watched();
    pass(250, 2_250);
    pass(250, -1_750);
    expect(said).toEqual([]);
    pass(250, 3_600_250);
    pass(250, -3_599_750);
    expect(said).toEqual([
      'the clock of this machine went forward by 3600.0 s',
      'the clock of this machine went back by 3600.0 s',
    ]);
  });

  it('is measured from where it went to', () => {
    const { said, pass } = watched();
    pass(250, 86_400_250);
    for (let i = 0; i < 10; i += 1) pass(250);
    expect(said).toHaveLength(1);
  });
});
