import { describe, expect, it } from 'vitest';

import { createConsoleStore } from '../../src/ui/store.ts';
import { NOW } from './account-fixture.ts';
import { aPreview, aView, createFakeSession } from './session-fixture.ts';

function aStore(preview = aPreview()) {
  const session = createFakeSession(aView(), () => preview);
  const clock = { now: 0 };
  const store = createConsoleStore(session, {
    wallMs: () => clock.now,
    size: { width: 100, height: 24 },
    pressPrefix: 'run',
    fps: 10,
  });
  let frames = 0;
  store.subscribe(() => (frames += 1));
  return { session, clock, store, frames: () => frames };
}

describe('the store', () => {
  it('keeps the same scene until something changes', () => {
    const { store, session, clock } = aStore();
    const first = store.scene();
    expect(store.scene()).toBe(first);
    clock.now = 1000;
    session.show(aView());
    expect(store.scene()).not.toBe(first);
  });

  it('draws at most ten times a second, and less often where frames are costly', () => {
    const { store, session, clock, frames } = aStore();
    const playSecond = (): number => {
      const before = frames();
      for (let i = 0; i < 100; i++) {
        clock.now += 10;
        session.show(aView());
      }
      return frames() - before;
    };
    expect(playSecond()).toBeLessThanOrEqual(12);
    store.painted(60);
    expect(playSecond()).toBeLessThanOrEqual(5);
    store.painted(5000);
    expect(playSecond()).toBeGreaterThanOrEqual(1);
  });

  it('dispatches a command before anything is drawn', () => {
    const { store, session } = aStore();
    let dispatchedFirst = false;
    store.subscribe(() => (dispatchedFirst = session.dispatched.length === 1));
    store.press({ name: 'H', text: 'H' });
    expect(session.dispatched).toEqual([{ kind: 'halt', reason: 'halted by the operator' }]);
    expect(dispatchedFirst).toBe(true);
  });

  it('draws nothing while the terminal does not read, and still acts on keys', () => {
    const session = createFakeSession(aView(), () => aPreview());
    let isStalled = true;
    const store = createConsoleStore(session, {
      wallMs: () => 5000,
      size: { width: 100, height: 24 },
      pressPrefix: 'run',
      fps: 10,
      isStalled: () => isStalled,
    });
    let frames = 0;
    store.subscribe(() => (frames += 1));
    store.tick();
    session.show(aView());
    store.press({ name: 'H', text: 'H' });
    expect(frames).toBe(0);
    expect(session.dispatched).toHaveLength(1);
    isStalled = false;
    store.tick();
    expect(frames).toBe(1);
  });

  it('answers every key at once, however recent the last frame', () => {
    const { store, frames } = aStore();
    store.press({ name: 'tab', text: '' });
    store.press({ name: 'tab', text: '' });
    expect(frames()).toBe(2);
    expect(store.scene().model.focus).toBe('chart');
  });

  it('lets the age of the data grow while nothing arrives', () => {
    const { store, clock } = aStore();
    expect(store.scene().ageMs).toBe(120);
    clock.now = 7000;
    store.tick();
    expect(store.scene().ageMs).toBe(7120);
  });

  it('shows an answer while it is news', () => {
    const { store, session, clock } = aStore();
    const notice = { id: 1, time: NOW, level: 'info', text: 'order accepted' } as const;
    clock.now = 20_000;
    session.show(aView({ notices: [notice] }));
    expect(store.scene().notice).toEqual(notice);
    clock.now = 40_000;
    store.tick();
    expect(store.scene().notice).toBeNull();
  });

  it('previews an open ticket once it is complete, and nothing else', () => {
    const { store, session } = aStore(aPreview({ notional: 5 }));
    expect(store.scene().preview).toBeNull();
    store.press({ name: 'o', text: 'o' });
    expect(store.scene().preview).toBe('type a quantity');
    store.press({ name: '2', text: '2' });
    expect(store.scene().preview).toMatchObject({ notional: 5 });
    expect(session.previewed.at(-1)).toMatchObject({ symbol: 'BTC/USDT', type: 'market' });
  });

  it('closes what was open when the market went back, and gives its key to nothing else', () => {
    const { store, session } = aStore();
    for (const name of ['6', 'j', 'c', 'x', 'q']) store.press({ name, text: name });
    expect(store.scene().model.dialog?.kind).toBe('quit');
    const before = session.dispatched.length;
    session.show(aView({ now: NOW - 3_600_000 }));
    store.press({ name: 'c', text: 'c' });
    const { model } = store.scene();
    expect(session.dispatched).toHaveLength(before);
    expect(model).toMatchObject({
      dialog: null,
      note: expect.stringContaining('went back') as string,
    });
    expect(model.panes.orders.selected).toBeNull();
  });

  it('halts with a dialog that is just being closed', () => {
    const { store, session } = aStore();
    store.press({ name: 'q', text: 'q' });
    session.show(aView({ now: NOW - 3_600_000 }));
    store.press({ name: 'H', text: 'H' });
    expect(session.dispatched).toEqual([{ kind: 'halt', reason: 'halted by the operator' }]);
  });
});
