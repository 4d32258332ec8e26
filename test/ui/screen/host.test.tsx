import { Box, type DOMElement, Text, Transform, render, useWindowSize } from 'ink';
import { render as renderForTest } from 'ink-testing-library';
import { type ReactElement, createRef, useSyncExternalStore } from 'react';
import { describe, expect, it, vi } from 'vitest';

import { Canvas } from '../../../src/ui/screen/canvas.tsx';
import { mountScreen } from '../../../src/ui/screen/host.tsx';
import { Probe, isDrawnAlike, isKnownTree } from '../../../src/ui/screen/probe.tsx';
import { type Row, span } from '../../../src/ui/text/rows.ts';
import { createEmulator } from './emulator.ts';
import { FakeTerminal, PAINTER, mounted } from './mounted.ts';

/** Something outside React that a component shows. */
function createCell<T>(value: T) {
  const listeners = new Set<() => void>();
  let current = value;
  return {
    get: () => current,
    set: (next: T) => {
      current = next;
      for (const listener of listeners) listener();
    },
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
type Source<T> = ReturnType<typeof createCell<T>>;

const row = (text: string): Row => [span(text, 'pnl.up')];
const RESET = '\u001B\\[m';
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function Whole({ rows }: { rows: Source<readonly Row[]> }): ReactElement {
  const shown = useSyncExternalStore(rows.subscribe, rows.get);
  const { columns, rows: height } = useWindowSize();
  return (
    <Box width={columns} height={height}>
      <Canvas x={0} y={0} width={columns} height={height} rows={shown} />
    </Box>
  );
}

describe('the host', () => {
  it('draws what a component shows, and later only what changed', async () => {
    const rows = createCell<readonly Row[]>([row('price 67,412.30'), row('second')]);
    const { terminal, screen, shown } = mounted(<Whole rows={rows} />, { columns: 30, rows: 3 });
    expect(screen.kind).toBe('own');
    expect((await shown()).text()).toEqual([
      'price 67,412.30'.padEnd(30),
      'second'.padEnd(30),
      ' '.repeat(30),
    ]);
    const before = terminal.frames.length;
    rows.set([row('price 67,412.31'), row('second')]);
    await settle();
    expect(terminal.frames).toHaveLength(before + 1);
    expect(terminal.frames.at(-1)).toMatch(new RegExp(`^.{0,40}1${RESET}$`));
    rows.set([row('price 67,412.31'), row('second')]);
    await settle();
    expect(terminal.frames).toHaveLength(before + 1);
    screen.unmount();
    await screen.done;
    expect(terminal.frames.slice(before + 1).join('')).toBe('');
  });

  it('drops frames while the terminal does not read, and catches up in one', async () => {
    const rows = createCell<readonly Row[]>([row('0')]);
    const { terminal, screen, shown } = mounted(<Whole rows={rows} />, { columns: 20, rows: 2 });
    await settle();
    terminal.stopReading();
    const before = terminal.frames.length;
    for (let i = 1; i <= 50; i++) {
      rows.set([row(`number ${String(i)}`)]);
      await settle();
    }
    expect(terminal.frames.length).toBeLessThanOrEqual(before + 1);
    expect(terminal.writableLength).toBeLessThan(200);
    terminal.readAgain();
    await settle();
    await settle();
    expect((await shown()).text()[0]).toBe('number 50'.padEnd(20));
    expect(terminal.frames.length).toBeLessThanOrEqual(before + 2);
    screen.unmount();
    await screen.done;
  });

  it('paints everything anew for a new size, in bursts too', async () => {
    const rows = createCell<readonly Row[]>([row('always there')]);
    const { terminal, screen } = mounted(<Whole rows={rows} />, { columns: 30, rows: 4 });
    await settle();
    for (const [columns, lines] of [
      [10, 2],
      [3, 1],
      [60, 9],
      [24, 5],
    ] as const) {
      terminal.resizeTo(columns + 1, lines);
      terminal.resizeTo(columns, lines);
      terminal.frames.length = 0;
      await settle();
      await settle();
      const alone = new FakeTerminal(columns, lines);
      const fresh = mountScreen(<Whole rows={rows} />, {
        stdout: alone.asStream,
        painter: PAINTER,
      });
      await settle();
      expect(terminal.frames.join('')).toBe(alone.frames.join(''));
      fresh.unmount();
    }
    screen.unmount();
  });

  it('paints everything anew when a size comes back before anybody looked', async () => {
    const rows = createCell<readonly Row[]>([row('cut by the terminal')]);
    const { terminal, screen } = mounted(<Whole rows={rows} />, { columns: 30, rows: 4 });
    await settle();
    const first = terminal.frames.join('');
    terminal.frames.length = 0;
    terminal.resizeTo(10, 2);
    terminal.resizeTo(30, 4);
    await settle();
    await settle();
    expect(terminal.frames.join('')).toBe(first);
    screen.unmount();
  });

  it('keeps what has a place of its own on a screen of another size', async () => {
    const fixed = <Canvas x={2} y={1} width={5} height={1} rows={[row('fixed')]} />;
    const { terminal, screen } = mounted(<Box>{fixed}</Box>, { columns: 12, rows: 3 });
    await settle();
    terminal.frames.length = 0;
    terminal.resizeTo(9, 2);
    await settle();
    const emulator = createEmulator(9, 2);
    await emulator.write(terminal.frames.join(''));
    expect(emulator.text()).toEqual([' '.repeat(9), '  fixed  ']);
    screen.unmount();
  });

  it('draws no more than a large screen, whatever size a terminal says it has', async () => {
    const lines = Array.from({ length: 700 }, (): Row => []);
    const rows = createCell<readonly Row[]>([row('first'), ...lines, row('beyond')]);
    const { terminal, screen } = mounted(<Whole rows={rows} />, { columns: 65_535, rows: 65_535 });
    expect(screen.kind).toBe('own');
    expect(terminal.frames.join('')).toContain('first');
    terminal.resizeTo(65_535, 20);
    await settle();
    terminal.resizeTo(20, 65_535);
    await settle();
    expect(terminal.frames.join('')).not.toContain('beyond');
  });

  it('paints everything anew when asked', async () => {
    const rows = createCell<readonly Row[]>([row('here')]);
    const { terminal, screen, shown } = mounted(<Whole rows={rows} />, { columns: 12, rows: 2 });
    await settle();
    terminal.write('\u001B[2J\u001B[Hsomething else');
    screen.repaint();
    expect((await shown()).text()).toEqual(['here'.padEnd(12), ' '.repeat(12)]);
    screen.unmount();
  });

  it.each(['auto', 'stock'] as const)(
    'hands over what a component throws, and prints nothing of it (%s)',
    async (kind) => {
      const fail = createCell(false);
      const Throws = (): ReactElement => {
        if (useSyncExternalStore(fail.subscribe, fail.get)) throw new Error('a bug');
        return <Text>fine</Text>;
      };
      const { terminal, screen } = mounted(<Throws />, { columns: 40, rows: 4, kind });
      const end = screen.done.then(
        () => 'resolved',
        (error: unknown) => String(error),
      );
      await settle();
      fail.set(true);
      expect(await end).toBe('Error: a bug');
      expect(terminal.frames.join('')).not.toContain('a bug');
      screen.unmount();
    },
  );

  it('says what drawing cost', async () => {
    const terminal = new FakeTerminal(30, 5);
    const costs: number[] = [];
    const screen = mountScreen(<Text>x</Text>, {
      stdout: terminal.asStream,
      painter: PAINTER,
      onPaint: (cost) => costs.push(cost),
    });
    expect(costs).toHaveLength(1);
    expect(costs[0]).toBeGreaterThan(0);
    screen.unmount();
    await screen.done;
  });

  it('does not trust a tree it does not know', () => {
    const known = {
      nodeName: 'ink-root',
      onRender: () => undefined,
      onImmediateRender: () => undefined,
      onComputeLayout: () => undefined,
      childNodes: [],
      yogaNode: {
        getComputedLeft: () => 0,
        getComputedBorder: () => 0,
        getDisplay: () => 0,
      },
    } as unknown as DOMElement;
    expect(isKnownTree(known)).toBe(true);
    for (const field of ['onRender', 'onImmediateRender', 'onComputeLayout', 'yogaNode']) {
      expect(isKnownTree({ ...known, [field]: undefined })).toBe(false);
    }
  });

  it('does not trust an Ink that draws the probe otherwise', async () => {
    const box = createRef<DOMElement>();
    const terminal = new FakeTerminal(80, 24);
    const options = { stdout: terminal.asStream, debug: true, interactive: false };
    const instance = render(<Probe ref={box} />, { ...options, patchConsole: false });
    const root = box.current?.parentNode;
    const frame = terminal.frames.findLast((text) => text.length > 1) ?? '';
    if (!root) throw new Error('no root');
    expect(isDrawnAlike(root, frame)).toBe(true);
    expect(isDrawnAlike(root, frame.replace('above', 'below'))).toBe(false);
    expect(isDrawnAlike(root, frame.replace('┌', '+'))).toBe(false);
    expect(isDrawnAlike(root, frame.replace('中', '  '))).toBe(false);
    expect(isDrawnAlike(root, '')).toBe(false);
    instance.unmount();
    await instance.waitUntilExit();
  });

  it('goes on when there were more styles than it can number', async () => {
    const [columns, rows, turns] = [200, 100, 4];
    const turn = createCell(0);
    const color = (x: number, y: number): number => (turn.get() * rows + y) * columns + x + 1;
    const paint = (line: string, y: number): string =>
      Array.from(line, (character, x) => {
        const code = color(x, y);
        const parts = [code >> 16, (code >> 8) & 255, code & 255].map(String).join(';');
        return `\u001B[38;2;${parts}m${character}`;
      }).join('');
    const lines = Array.from({ length: rows }, () => '#'.repeat(columns)).join('\n');
    const Colors = (): ReactElement => {
      useSyncExternalStore(turn.subscribe, turn.get);
      return (
        <Transform transform={paint}>
          <Text>{lines}</Text>
        </Transform>
      );
    };
    const { screen, shown } = mounted(<Colors />, { columns, rows });
    for (let i = 1; i < turns; i++) {
      turn.set(i);
      await settle();
    }
    const cells = (await shown()).cells();
    // 24-bit colors are their own number.
    expect(cells[7]?.[11]).toContain(`.${String(color(11, 7))} `);
    expect(cells[99]?.[199]).toContain(`.${String(color(199, 99))} `);
    screen.unmount();
  });

  it('leaves drawing to Ink when asked to', async () => {
    const rows = createCell<readonly Row[]>([row('plain old Ink')]);
    const { terminal, screen, shown } = mounted(<Whole rows={rows} />, {
      columns: 30,
      rows: 3,
      kind: 'stock',
    });
    expect(screen.kind).toBe('stock');
    await vi.waitFor(() => expect(terminal.frames.join('')).toContain('plain old Ink'), 30_000);
    expect((await shown()).text()[0]).toContain('plain old Ink');
    screen.unmount();
    await screen.done;
  });
});

describe('a canvas', () => {
  const layers = (top: readonly Row[], rest: readonly Row[]): ReactElement => (
    <Box width={20} height={4}>
      <Canvas x={0} y={0} width={20} height={4} rows={rest} />
      <Canvas x={3} y={1} width={6} height={2} rows={top} />
    </Box>
  );

  it('is read line by line where a screen is read', () => {
    const rows = [row('Equity 10,284.17   '), row('  Halted')];
    const element = <Canvas x={0} y={0} width={20} height={2} rows={rows} />;
    const terminal = new FakeTerminal(40, 5);
    const instance = render(element, {
      stdout: terminal.asStream,
      isScreenReaderEnabled: true,
      interactive: true,
      patchConsole: false,
    });
    expect(terminal.frames.join('')).toContain('Equity 10,284.17\nHalted');
    instance.unmount();
  });

  it('is plain text without a host', () => {
    const { lastFrame, unmount } = renderForTest(layers([row('above')], [row('below'), []]));
    expect(lastFrame()?.trimEnd()).toBe('below\n   above');
    unmount();
  });

  it('stays above when what lies below changes', async () => {
    const below = createCell<readonly Row[]>([row('#'.repeat(20)), row('#'.repeat(20))]);
    const top = [row('above')];
    const Both = (): ReactElement => layers(top, useSyncExternalStore(below.subscribe, below.get));
    const { screen, shown } = mounted(<Both />, { columns: 20, rows: 4 });
    await settle();
    below.set([row('='.repeat(20)), row('='.repeat(20))]);
    await settle();
    expect((await shown()).text().slice(0, 2)).toEqual(['='.repeat(20), '===above ===========']);
    screen.unmount();
  });

  it('lets no control character of a row through to the terminal', async () => {
    const hostile = [span('a\u001B[2J\u009B1mb\u0007\u202E\u0301c', 'text.normal')];
    const { terminal, screen, shown } = mounted(layers([hostile], []), { columns: 20, rows: 4 });
    expect((await shown()).text()[1]).toBe('   a?[2J?             '.slice(0, 20));
    expect(terminal.frames.join('')).not.toContain('\u0007');
    screen.unmount();
  });

  it('gives back what it covered when it goes', async () => {
    const open = createCell(true);
    const rest = [row('#'.repeat(20)), row('#'.repeat(20)), row('#'.repeat(20))];
    const Dialog = (): ReactElement => (
      <Box width={20} height={4}>
        <Canvas x={0} y={0} width={20} height={4} rows={rest} />
        {useSyncExternalStore(open.subscribe, open.get) ? (
          <Canvas x={3} y={1} width={6} height={2} rows={[row('above')]} />
        ) : null}
      </Box>
    );
    const { screen, shown } = mounted(<Dialog />, { columns: 20, rows: 4 });
    await settle();
    open.set(false);
    await settle();
    expect((await shown()).text()[1]).toBe('#'.repeat(20));
    screen.unmount();
  });
});
