import { PassThrough } from 'node:stream';

import { describe, expect, it, test } from 'vitest';

import { readBytes } from '../../../src/ui/input/byte-source.ts';
import { END, START, aParser, keysOf } from './parser-kit.ts';

const ESC = '\u001b';

describe('one key in one chunk', () => {
  test.each([
    ['a', 'a'],
    ['H', 'H'],
    ['é', 'é'],
    ['日', '日'],
    [' ', 'space'],
    ['?', '?'],
    ['\r', 'enter'],
    ['\n', 'enter'],
    ['\t', 'tab'],
    ['\u007f', 'backspace'],
    ['\b', 'backspace'],
    ['\u0000', 'ctrl+space'],
    ['\u0001', 'ctrl+a'],
    ['\u000b', 'ctrl+k'],
    ['\u0018', 'ctrl+x'],
    ['\u001a', 'ctrl+z'],
    ['\u001f', 'ctrl+_'],
    [ESC, 'escape'],
    [`${ESC}[A`, 'up'],
    [`${ESC}OB`, 'down'],
    [`${ESC}[H`, 'home'],
    [`${ESC}OF`, 'end'],
    [`${ESC}[1~`, 'home'],
    [`${ESC}[8~`, 'end'],
    [`${ESC}[3~`, 'delete'],
    [`${ESC}[5~`, 'pageup'],
    [`${ESC}[6~`, 'pagedown'],
    [`${ESC}[Z`, 'shift+tab'],
    [`${ESC}OP`, 'f1'],
    [`${ESC}[[E`, 'f5'],
    [`${ESC}[15~`, 'f5'],
    [`${ESC}[24~`, 'f12'],
    [`${ESC}[1;5C`, 'ctrl+right'],
    [`${ESC}[1;2A`, 'shift+up'],
    [`${ESC}[1;8D`, 'ctrl+alt+shift+left'],
    [`${ESC}[5;3~`, 'alt+pageup'],
    [`${ESC}[7$`, 'shift+home'],
    [`${ESC}[7^`, 'ctrl+home'],
    [`${ESC}Oa`, 'ctrl+up'],
    [`${ESC}x`, 'alt+x'],
    [`${ESC}H`, 'alt+H'],
    [`${ESC}\r`, 'alt+enter'],
    [`${ESC}OM`, 'enter'],
    [`${ESC}Oq`, '1'],
    // xterm's modifyOtherKeys.
    [`${ESC}[27;5;120~`, 'ctrl+x'],
    [`${ESC}[27;2;72~`, 'H'],
    [`${ESC}[27;2;9~`, 'shift+tab'],
    // kitty, CSI-u.
    [`${ESC}[104u`, 'h'],
    [`${ESC}[104;2u`, 'H'],
    [`${ESC}[104:72;2u`, 'H'],
    [`${ESC}[104;65u`, 'H'],
    [`${ESC}[50:34;2u`, '"'],
    [`${ESC}[97;2;192u`, 'À'],
    [`${ESC}[120;5u`, 'ctrl+x'],
    [`${ESC}[120;6u`, 'ctrl+x'],
    [`${ESC}[1095::120;5u`, 'ctrl+x'],
    [`${ESC}[9;2u`, 'shift+tab'],
    [`${ESC}[13u`, 'enter'],
    [`${ESC}[27u`, 'escape'],
    [`${ESC}[127u`, 'backspace'],
    [`${ESC}[32u`, 'space'],
    [`${ESC}[57404u`, '5'],
    [`${ESC}[1;1:2A`, 'up'],
  ])('%j is %s', (bytes, name) => {
    expect(keysOf(bytes)).toEqual([name]);
  });

  test.each([
    ['a key let go', `${ESC}[104;1:3u`],
    ['Shift alone', `${ESC}[57441;2u`],
    ['Super and a letter', `${ESC}[104;9u`],
    ['an answer to a question nobody asked', `${ESC}[?62;22c`],
    ['the place of the cursor', `${ESC}[12;40R`],
    ['a mode', `${ESC}[?2026;2$y`],
    ['a window title', `${ESC}]lHello${ESC}\\`],
    ['a color', `${ESC}]11;rgb:0000/0000/0000\u0007`],
    ['a device string', `${ESC}P1$r0mH${ESC}\\`],
    ['a click', `${ESC}[M !H`],
    ['a click of today', `${ESC}[<0;12;40M`],
    ['an end of a paste that nobody began', END],
    ['a number out of range', `${ESC}[99999999;5u`],
    ['an 8-bit control', '\u009b'],
    ['an 8-bit control as a byte', Uint8Array.of(0x9b)],
    ['a byte that is no UTF-8', Uint8Array.of(0xff)],
    ['an overlong letter', Uint8Array.of(0xc1, 0x88)],
    ['one of three bytes', Uint8Array.of(0xe0, 0x81, 0x88)],
    ['one of four', Uint8Array.of(0xf0, 0x80, 0x81, 0x88)],
    ['half a pair', Uint8Array.of(0xed, 0xa0, 0x80)],
    ['half a character', Uint8Array.of(0xe6, 0x97)],
  ])('%s is no key', (_what, bytes) => {
    expect(keysOf(bytes)).toEqual([]);
  });

  it('tells focus', () => {
    expect(keysOf(`${ESC}[I`, `${ESC}[O`)).toEqual(['focus in', 'focus out']);
  });
});

describe('pieces of a key', () => {
  it('make the key, wherever they were cut', () => {
    expect(keysOf(ESC, '[A')).toEqual(['up']);
    expect(keysOf(`${ESC}[`, '1;', '5C')).toEqual(['ctrl+right']);
    const bytes = Buffer.from('日');
    expect(keysOf(bytes.subarray(0, 1), bytes.subarray(1, 2), bytes.subarray(2))).toEqual(['日']);
  });

  it('wait for the rest: an escape shortly, a sequence longer', () => {
    const { send, wait, told } = aParser();
    send(ESC);
    wait(49);
    expect(told()).toEqual([]);
    wait(1);
    expect(told()).toEqual(['escape']);
    send(`${ESC}[`);
    wait(499);
    send('A');
    expect(told()).toEqual(['up']);
    send(`${ESC}[`);
    wait(10_000);
    send('H');
    expect(told(), 'what never ended is forgotten').toEqual(['H']);
  });

  it('lose no key pressed after Escape', () => {
    expect(keysOf(ESC, 'H')).toEqual(['escape', 'H']);
    expect(keysOf(`${ESC}${ESC}`)).toEqual(['escape', 'escape']);
    expect(keysOf(ESC, `${ESC}[A`)).toEqual(['escape', 'up']);
  });

  it('that never end swallow nothing for long', () => {
    for (const open of [`${ESC}]0;title`, `${ESC}P`, `${ESC}[M`, `${ESC}[1;`]) {
      const { send, wait, told } = aParser();
      send(open);
      wait(600);
      send('H');
      expect(told(), JSON.stringify(open)).toEqual(['H']);
    }
  });

  it('swallow a key held down for a while at most', () => {
    const { send, wait, told } = aParser();
    send(`${ESC}]`);
    for (let i = 0; i < 5_000; i += 1) {
      send('H');
      wait(30);
    }
    expect(told().length).toBeGreaterThan(0);
    wait(50);
    send('H');
    expect(told()).toEqual(['H']);
  });

  it('give way to the emergency stop', () => {
    for (const open of [ESC, `${ESC}[1`, `${ESC}O`, `${ESC}]0;`, `${ESC}[M`]) {
      expect(keysOf(open, '\u0018'), JSON.stringify(open)).toContain('ctrl+x');
    }
    expect(keysOf(Uint8Array.of(0xe6), '\u0018')).toEqual(['ctrl+x']);
  });
});

describe('several at once', () => {
  it('are text when they are characters, and keys when they are not', () => {
    expect(keysOf('Hello HHH')).toEqual(["'Hello HHH'"]);
    expect(keysOf('qy')).toEqual(["'qy'"]);
    expect(keysOf(`${ESC}[A${ESC}[A${ESC}[B`)).toEqual(['up', 'up', 'down']);
    expect(keysOf('e\u0301')).toEqual(["'e\u0301'"]);
  });

  it('count as a key held down only where that is known to be safe', () => {
    expect(keysOf('jjj')).toEqual(['j', 'j', 'j']);
    expect(keysOf('HH')).toEqual(['H', 'H']);
    expect(keysOf('xx')).toEqual(["'xx'"]);
    expect(keysOf('jk')).toEqual(["'jk'"]);
    expect(keysOf('j'.repeat(5_000)).length).toBeLessThanOrEqual(256);
  });

  it('never submit: an Enter that comes with text is dropped', () => {
    expect(keysOf('FLATTEN\r')).toEqual(["'FLATTEN'"]);
    expect(keysOf('\rH')).toEqual(["'H'"]);
    expect(keysOf('0.5\t')).toEqual(["'0.5'", 'tab']);
    expect(keysOf('\r\r\r')).toEqual(['enter']);
    expect(keysOf(`${ESC}[B\r`)).toEqual(['down', 'enter']);
    expect(keysOf('q\u0003\u0003')).toEqual(["'q'"]);
    expect(keysOf('\u0003\u0003')).toEqual(['ctrl+c']);
  });

  it('halt where Ctrl+X is among them, before anything else', () => {
    expect(keysOf('abc\u0018def')).toEqual(['ctrl+x', "'abc'", "'def'"]);
    expect(keysOf('\u0018\u0018')).toEqual(['ctrl+x']);
    expect(keysOf(`${'a'.repeat(40)}\u0018`)[0]).toBe('ctrl+x');
    expect(keysOf(`${ESC}[A`.repeat(10_000) + '\u0018')[0]).toBe('ctrl+x');
  });

  it('do not halt where H is', () => {
    expect(keysOf(`H${ESC}[A`)).toEqual(["'H'", 'up']);
    expect(keysOf('H\r')).toEqual(["'H'"]);
    expect(keysOf(Uint8Array.of(0xff, 0x48))).toEqual(["'H'"]);
  });

  it('let H through beside what is no key', () => {
    expect(keysOf(`${ESC}[IH`)).toEqual(['focus in', 'H']);
    expect(keysOf(`H${ESC}[104;1:3u`)).toEqual(['H']);
  });
});

describe('a long piece of text', () => {
  it('takes what follows at once for more of itself', () => {
    const { send, wait, told } = aParser();
    send('a text that nobody types so fast');
    send('H');
    send('\r');
    send('\u001b[B');
    expect(told().slice(1)).toEqual(["'H'", 'down']);
    wait(50);
    send('H');
    expect(told()).toEqual(['H']);
  });

  it('is over with the silence in which Escape is known', () => {
    const { send, wait, told } = aParser();
    send(`${START}a${END}`);
    send('b');
    send(ESC);
    wait(50);
    expect(told()).toEqual(["paste 'a'", "'b'", 'escape']);
    send('H');
    expect(told()).toEqual(['H']);
  });

  it('does not hold back the emergency stop', () => {
    expect(keysOf('a text that nobody types so fast', '\u0018').at(-1)).toBe('ctrl+x');
  });
});

describe('a paste', () => {
  it('is one text on one line, whatever is in it', () => {
    const { send, told } = aParser();
    send(`${START}H q\r\n\u0018y\u0000\tF${END}`);
    expect(told()).toEqual(["paste 'H q y F'"]);
  });

  it('may be cut anywhere', () => {
    const bytes = Buffer.from(`${START}0.5 日${ESC}[20H${END}`);
    const { send, told } = aParser();
    for (const byte of bytes) send(Uint8Array.of(byte));
    expect(told()).toEqual(["paste '0.5 日[20H'"]);
  });

  it('keeps a bounded beginning of what is too long', () => {
    const { send, told } = aParser();
    send(START);
    for (let i = 0; i < 16; i += 1) send('H'.repeat(65_536));
    send(END);
    const [paste = '', ...rest] = told();
    expect(rest).toEqual([]);
    expect(paste).toHaveLength("paste ''".length + 65_536);
  });

  it('makes nothing that comes with it a key', () => {
    expect(keysOf(`${START}a${END}H`)).toEqual(["paste 'a'", "'H'"]);
    expect(keysOf(`${START}a${END}\r`)).toEqual(["paste 'a'"]);
    expect(keysOf(`H${START}a${END}`)).toEqual(["'H'", "paste 'a'"]);
  });

  it('whose end is lost ends after a silence', () => {
    const { send, wait, told } = aParser();
    send(`${START}half`);
    wait(1_499);
    send('H');
    wait(1_499);
    expect(told()).toEqual([]);
    wait(1);
    expect(told()).toEqual(["paste 'halfH'"]);
    send('H');
    expect(told()).toEqual(['H']);
  });

  it('whose end is lost does not hold back the emergency stop pressed by hand', () => {
    const { send, wait, told } = aParser();
    send(`${START}half`);
    send('\u0018');
    expect(told(), 'part of the paste: it comes with it').toEqual([]);
    wait(200);
    send('\u0018');
    expect(told()).toEqual(['ctrl+x', "paste 'half'"]);
  });

  it('begun before the terminal was left is forgotten', () => {
    const { parser, send, told } = aParser();
    send(`${START}half`);
    parser.reset();
    send('H');
    expect(told()).toEqual(['H']);
  });
});

test('bytes of standard input are delivered as they are read, until it is stopped', async () => {
  const stdin = new PassThrough();
  const chunks: string[] = [];
  let ends = 0;
  const source = readBytes(stdin);
  const read = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  source.start(
    (chunk) => chunks.push(chunk.toString('latin1')),
    () => (ends += 1),
  );
  stdin.write('a');
  stdin.write(Buffer.of(0xff));
  await read();
  expect(chunks).toEqual(['a', '\u00ff']);
  source.stop();
  stdin.write('b');
  await read();
  expect(chunks).toHaveLength(2);
  expect(String(stdin.read())).toBe('b');
  stdin.destroy(new Error('EIO'));
  await read();
  expect(ends).toBe(0);
});

test('standard input that is gone is told once', async () => {
  const stdin = new PassThrough();
  let ends = 0;
  readBytes(stdin).start(
    () => undefined,
    () => (ends += 1),
  );
  stdin.destroy(new Error('EIO'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(ends).toBe(1);
});
