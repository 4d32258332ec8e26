import { stripVTControlCharacters } from 'node:util';

import { cleanup, render } from 'ink-testing-library';
import { afterEach, describe, expect, it, vi } from 'vitest';

import type { SessionView } from '../../src/app/session-types.ts';
import { App } from '../../src/ui/app.tsx';
import { isHeldDown } from '../../src/ui/input/held-down.ts';
import { KeyParser } from '../../src/ui/input/key-parser.ts';
import { KEYMAP } from '../../src/ui/input/keymap.ts';
import { createConsoleStore } from '../../src/ui/store.ts';
import { aView, createFakeSession } from './session-fixture.ts';

const ENTER = '\r';
const CTRL_X = '\u0018';
/** A limit that only a hang reaches. */
const WAIT = { timeout: 30_000, interval: 1 };

function open(view: SessionView = aView()) {
  const session = createFakeSession(view);
  let now = 0;
  const store = createConsoleStore(session, {
    wallMs: () => now,
    size: { width: 100, height: 24 },
    pressPrefix: 'run',
    fps: 10,
  });
  let quits = 0;
  let silence: () => void = () => undefined;
  const keyboard = new KeyParser({
    onEvent: (event) => {
      if (event.kind === 'key' && store.press(event.key) === 'quit') quits += 1;
    },
    after: (_ms, run) => {
      silence = run;
      return () => (silence = () => undefined);
    },
    repeats: (character) => isHeldDown(KEYMAP, character),
  });
  const app = render(<App store={store} />);
  const frame = (): string => stripVTControlCharacters(app.lastFrame() ?? '');
  return {
    session,
    quits: () => quits,
    /** One chunk each, with a pause after it. What it asks for is dispatched in the same turn. */
    type: (...inputs: readonly string[]): void => {
      for (const input of inputs) {
        keyboard.feed(Buffer.from(input));
        silence();
      }
    },
    /** Long enough for the next view to be drawn. */
    pass: (ms: number): void => {
      now += ms;
    },
    shows: (text: string) => vi.waitFor(() => expect(frame()).toContain(text), WAIT),
    hides: (text: string) => vi.waitFor(() => expect(frame()).not.toContain(text), WAIT),
  };
}

afterEach(cleanup);

describe('the console', () => {
  it('shows the account and answers keys', async () => {
    const { shows, type } = open();
    await shows('● RUNNING');
    await shows('┏━ 1 Markets');
    type('5');
    await shows('┏━ 5 Positions');
    type('\t');
    await shows('┏━ 6 Orders');
    type('\u001b[Z', '\u001b[B');
    await shows('›ETH/USDT');
  });

  it('sends one order for one ticket, even when Enter is doubled', async () => {
    const { session, type, shows } = open();
    type('o', '0', '.', '1');
    await shows('every rule agrees');
    type(`${ENTER}${ENTER}`, ENTER);
    expect(session.dispatched).toHaveLength(1);
    expect(session.dispatched[0]).toMatchObject({ kind: 'placeOrder', pressId: 'run-1' });
  });

  it('halts inside a text field by Ctrl+X, but never from a paste', () => {
    const { session, type } = open();
    type('o', 'HHH', '\u001b[200~H\u0018F\u001b[201~');
    expect(session.dispatched).toEqual([]);
    type(CTRL_X);
    expect(session.dispatched).toMatchObject([{ kind: 'halt' }]);
  });

  it('does not take text that spells a key for that key', () => {
    const { session, type } = open();
    type('o', '1', 'enter', 'ctrl+x', 'space', 'tab');
    expect(session.dispatched).toEqual([]);
  });

  it('does not take Alt or an escape sequence for a letter', () => {
    const { session, type } = open();
    type('\u001bH', '\u001b[H', '\u001bOH', '\u001b[1;2H');
    expect(session.dispatched).toEqual([]);
  });

  it('leaves a dialog by Esc and quits after a y', async () => {
    const { type, shows, hides, quits } = open();
    type('q');
    await shows('nothing runs while this process is down');
    type('\u001b');
    await hides('nothing runs while');
    type('q', 'y');
    expect(quits()).toBe(1);
  });

  it('draws new views as they come', async () => {
    const { session, pass, shows } = open();
    await shows('● RUNNING');
    const account = { ...aView().account, tradingState: 'halted' as const };
    pass(1_000);
    session.show(aView({ account }));
    await shows('■ HALTED');
  });
});
