import { stripVTControlCharacters } from 'node:util';

import { cleanup, render } from 'ink-testing-library';
import { afterEach, describe, expect, it } from 'vitest';

import type { SessionView } from '../../src/app/session-types.ts';
import { App } from '../../src/ui/app.tsx';
import { isHeldDown } from '../../src/ui/input/held-down.ts';
import { KeyParser } from '../../src/ui/input/key-parser.ts';
import { KEYMAP } from '../../src/ui/input/keymap.ts';
import { createConsoleStore } from '../../src/ui/store.ts';
import { aView, createFakeSession } from './session-fixture.ts';

const ENTER = '\r';
const CTRL_X = '\u0018';
const settle = (ms = 5): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function open(view: SessionView = aView()) {
  const session = createFakeSession(view);
  const store = createConsoleStore(session, {
    wallMs: () => performance.now(),
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
  await settle();
  /** One chunk each, with a pause after it. */
  const type = async (...inputs: readonly string[]): Promise<void> => {
    for (const input of inputs) {
      keyboard.feed(Buffer.from(input));
      silence();
      await settle();
    }
  };
  return {
    session,
    type,
    frame: () => stripVTControlCharacters(app.lastFrame() ?? ''),
    quits: () => quits,
  };
}

afterEach(cleanup);

describe('the console', () => {
  it('shows the account and answers keys', async () => {
    const { frame, type } = await open();
    expect(frame()).toContain('● RUNNING');
    expect(frame()).toContain('[1 Markets]');
    await type('5');
    expect(frame()).toContain('[5 Positions]');
    await type('\t');
    expect(frame()).toContain('[6 Orders]');
    await type('\u001b[Z', '\u001b[B');
    expect(frame()).toContain('›ETH/USDT');
  });

  it('sends one order for one ticket, even when Enter is doubled', async () => {
    const { session, type, frame } = await open();
    await type('o', '0', '.', '1');
    expect(frame()).toContain('every rule agrees');
    await type(`${ENTER}${ENTER}`, ENTER);
    expect(session.dispatched).toHaveLength(1);
    expect(session.dispatched[0]).toMatchObject({ kind: 'placeOrder', pressId: 'run-1' });
  });

  it('halts inside a text field by Ctrl+X, but never from a paste', async () => {
    const { session, type } = await open();
    await type('o', 'HHH', '\u001b[200~H\u0018F\u001b[201~');
    expect(session.dispatched).toEqual([]);
    await type(CTRL_X);
    expect(session.dispatched).toMatchObject([{ kind: 'halt' }]);
  });

  it('does not take text that spells a key for that key', async () => {
    const { session, type } = await open();
    await type('o', '1', 'enter', 'ctrl+x', 'space', 'tab');
    expect(session.dispatched).toEqual([]);
  });

  it('does not take Alt or an escape sequence for a letter', async () => {
    const { session, type } = await open();
    await type('\u001bH', '\u001b[H', '\u001bOH', '\u001b[1;2H');
    expect(session.dispatched).toEqual([]);
  });

  it('leaves a dialog by Esc and quits after a y', async () => {
    const { type, frame, quits } = await open();
    await type('q');
    expect(frame()).toContain('nothing runs while this process is down');
    await type('\u001b');
    expect(frame()).not.toContain('nothing runs while');
    await type('q', 'y');
    expect(quits()).toBe(1);
  });

  it('draws new views as they come', async () => {
    const { session, frame } = await open();
    const account = { ...aView().account, tradingState: 'halted' as const };
    await settle(120);
    session.show(aView({ account }));
    await settle();
    expect(frame()).toContain('■ HALTED');
  });
});
