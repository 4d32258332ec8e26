import { describe, expect, test } from 'vitest';

import { Board } from '../../../src/app/emergency/board.ts';
import { Keyboard } from '../../../src/app/emergency/keyboard.ts';
import type { FromThread, ToThread } from '../../../src/app/emergency/messages.ts';
import { ThreadKeyboard } from '../../../src/app/emergency/thread-keyboard.ts';
import { KEYMAP } from '../../../src/ui/input/keymap.ts';
import { rebind } from '../../../src/ui/input/rebind.ts';
import { haltKeys } from '../../../src/ui/input/urgent.ts';

import { FakeVenue } from './emergency-kit.ts';

const CTRL_X = '\u0018';
const ESC = '\u001b';

/** `silentMs`: how long the main loop has not turned; with `blocked` it never does again. */
function open(
  of: {
    readonly silentMs?: number;
    readonly blocked?: true;
    readonly keymap?: typeof KEYMAP;
  } = {},
) {
  const { silentMs = 0, keymap = KEYMAP } = of;
  const clock = new FakeVenue();
  const board = new Board();
  const stops: string[] = [];
  const passed: string[] = [];
  const keyboard = new ThreadKeyboard({
    board,
    post: (message: FromThread) => {
      if (message.kind === 'bytes') passed.push(Buffer.from(message.bytes).toString());
    },
    after: clock.after,
    now: clock.now,
    silentMs: () => (of.blocked ? clock.now() : silentMs),
    stop: (key) => stops.push(key),
  });
  keyboard.setKeys(haltKeys(keymap));
  const type = (text: string): void => {
    keyboard.feed(Buffer.from(text));
    board.addHandled();
  };
  return {
    type,
    feed: (text: string) => keyboard.feed(Buffer.from(text)),
    board,
    stops,
    passed,
    clock,
  };
}

describe('F47: the halt key while the main loop is blocked', () => {
  test.each([
    ['H', 'H'],
    [CTRL_X, 'ctrl+x'],
  ])('%j stops in the turn its byte is read', (bytes, name) => {
    const { feed, stops } = open({ silentMs: 60_000 });
    feed(bytes);
    expect(stops).toEqual([name]);
  });

  test('every byte goes on to the main loop, before anything else happens', () => {
    const { feed, passed, stops } = open({ silentMs: 60_000 });
    feed('oH');
    feed(`${ESC}[A`);
    expect(passed).toEqual(['oH', `${ESC}[A`]);
    expect(stops, 'letters in one piece are text, not keys').toEqual([]);
  });

  test('a field that was open before the loop blocked does not keep H from stopping', () => {
    const { feed, stops, board } = open({ silentMs: 1_500 });
    board.isTyping = true;
    feed('H');
    expect(stops).toEqual(['H']);
  });

  test('a paste without an end fills no memory, and does not hide the key behind it', () => {
    const { feed, passed, stops } = open({ silentMs: 60_000 });
    for (let i = 0; i < 10_000; i += 1) feed('j');
    feed(CTRL_X);
    expect(passed).toHaveLength(4_096);
    expect(stops).toEqual(['ctrl+x']);
  });

  test('a letter for a field whose main loop falls silent stops after a second', () => {
    const { feed, stops, board, clock } = open({ blocked: true });
    board.isTyping = true;
    feed('H');
    clock.advance(900);
    expect(stops).toEqual([]);
    clock.advance(200);
    expect(stops).toEqual(['H']);
  });

  test('a key held down counts, also when its bytes come at once', () => {
    const { feed, stops } = open({ silentMs: 60_000 });
    feed('HHH');
    expect(stops).not.toEqual([]);
  });
});

describe('the halt key while the main loop turns', () => {
  test('is a letter in a field; Ctrl+X never is', () => {
    const { type, stops, board } = open();
    board.isTyping = true;
    type('H');
    type(CTRL_X);
    expect(stops).toEqual(['ctrl+x']);
  });

  test('waits for what the keys before it open', () => {
    const { feed, stops, board, clock } = open();
    feed('/');
    feed('H');
    expect(stops).toEqual([]);
    clock.advance(10);
    board.isTyping = true;
    board.addHandled();
    clock.advance(100);
    board.addHandled();
    clock.advance(5_000);
    board.isTyping = false;
    clock.advance(5_000);
    expect(stops, 'it went into the field').toEqual([]);
  });

  test('waits no longer than a moment', () => {
    const { feed, stops, clock } = open();
    feed('j');
    feed('H');
    clock.advance(49);
    expect(stops).toEqual([]);
    clock.advance(10);
    expect(stops).toEqual(['H']);
    clock.advance(5_000);
    expect(stops).toEqual(['H']);
  });

  test('inside a paste it is text', () => {
    const { type, stops, clock } = open();
    type(`${ESC}[200~H${ESC}[201~`);
    clock.advance(1_000);
    expect(stops).toEqual([]);
    type('H');
    expect(stops).toEqual(['H']);
  });

  test('at the end of a sequence that was cut in two it is none', () => {
    const { type, stops } = open();
    type(`${ESC}[`);
    type('H');
    expect(stops, 'this is the key Home').toEqual([]);
  });

  test('is where the configuration puts it', () => {
    const keymap = rebind({ halt: ['K'] }, { place: 'test', suggest: () => '' });
    const { type, stops } = open({ keymap });
    type('H');
    type('K');
    type(CTRL_X);
    expect(stops).toEqual(['K', 'ctrl+x']);
  });
});

describe('the main loop', () => {
  const bytes = (text: string): FromThread & { kind: 'bytes' } => ({
    kind: 'bytes',
    bytes: Buffer.from(text),
  });

  test('hears what the thread reads, and nothing after it stopped', () => {
    const board = new Board();
    const posted: ToThread[] = [];
    const heard: string[] = [];
    const keyboard = new Keyboard(board, (message) => posted.push(message));
    const direct = { start: () => heard.push('direct'), stop: () => undefined };
    const source = keyboard.bytes(direct);
    source.start(
      (chunk) => heard.push(chunk.toString()),
      () => heard.push('end'),
    );
    keyboard.receive(bytes('a'));
    source.stop();
    keyboard.receive(bytes('b'));
    expect(heard).toEqual(['a']);
    expect(posted).toEqual([{ kind: 'read' }, { kind: 'stopReading' }]);
    expect(board.handled, 'a key nobody wanted is not waited for').toBe(2);
  });

  test('reads by itself once the thread cannot', () => {
    const heard: string[] = [];
    const keyboard = new Keyboard(new Board(), () => undefined);
    const direct = { start: () => heard.push('direct'), stop: () => heard.push('stopped') };
    const source = keyboard.bytes(direct);
    source.start(
      () => undefined,
      () => undefined,
    );
    keyboard.readDirectly();
    keyboard.readDirectly();
    source.stop();
    expect(heard).toEqual(['direct', 'stopped']);
  });
});
