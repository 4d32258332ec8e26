import { describe, expect, it } from 'vitest';

import { drawWhilePossible } from '../../src/app/redraw.ts';

/** A session that hears what is said of its screen. */
function fakeSession() {
  const said: string[] = [];
  return {
    said,
    failed: null as string | null,
    lastWords: (error: unknown) => said.push(`log ${String(error)}`),
    notice: (level: string, text: string) => said.push(`${level} ${text}`),
  };
}

describe('F52: a screen that fails', () => {
  it('is drawn anew, and the operator reads why', async () => {
    const session = fakeSession();
    let screens = 0;
    const end = await drawWhilePossible(session, () => {
      screens += 1;
      return screens < 3 ? Promise.reject(new Error('bad frame')) : Promise.resolve('quit');
    });
    expect({ end, screens }).toEqual({ end: 'quit', screens: 3 });
    expect(session.said).toEqual([
      'log Error: bad frame',
      'error the screen failed and is drawn anew; the engine did not notice: bad frame',
      'log Error: bad frame',
      'error the screen failed and is drawn anew; the engine did not notice: bad frame',
    ]);
  });

  it('is given up when it fails again and again; nothing is thrown into the engine', async () => {
    const session = fakeSession();
    let screens = 0;
    const end = await drawWhilePossible(session, () => {
      screens += 1;
      return Promise.reject(new Error('bad frame'));
    });
    expect({ end, screens }).toEqual({ end: 'failed', screens: 4 });
  });

  it('ends the program when the engine failed with it', async () => {
    const session = fakeSession();
    session.failed = 'a step threw';
    const drawn = drawWhilePossible(session, () => Promise.reject(new Error('a step threw')));
    await expect(drawn).rejects.toThrow('a step threw');
  });
});
