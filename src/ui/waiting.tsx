/** The screen before there is a session: how far the way to the exchange is, and what is wrong. */
import chalk from 'chalk';
import { useWindowSize } from 'ink';
import { type ReactElement, useSyncExternalStore } from 'react';

import type { ConnectView } from '../app/exchange/connecting.ts';
import { safeText } from '../domain/safe-text.ts';

import { Layers } from './app.tsx';
import type { KeyThread } from './input/byte-source.ts';
import { colorLevel, needsAscii, type TerminalEnvironment } from './screen/environment.ts';
import { type MountedScreen, mountScreen } from './screen/host.tsx';
import { createPainter } from './screen/painter.ts';
import { Visit } from './screen/visit.ts';
import { bar } from './text/bar.ts';
import { type Row, type Size, fitRow, fitRows, muted, span } from './text/rows.ts';
import { loadTheme } from './theme.ts';

export interface WaitingOptions {
  readonly theme: string;
  readonly environment: TerminalEnvironment;
  /** Who reads the keyboard. */
  readonly keyThread?: KeyThread;
}

/** What is waited for, as it changes. */
export interface Waited {
  readonly view: () => ConnectView;
  readonly subscribe: (listener: () => void) => () => void;
}

/** Shows it until `until` settles (`ready`) or the operator leaves (`quit`). Restores the terminal. */
export async function runWaiting(
  waited: Waited,
  until: Promise<unknown>,
  options: WaitingOptions,
): Promise<'ready' | 'quit'> {
  const left = Promise.withResolvers<'quit'>();
  const streams = { stdin: process.stdin, stdout: process.stdout };
  const leave = (): void => left.resolve('quit');
  let screen: MountedScreen | null = null;
  const visit = new Visit({
    streams,
    bytes: (direct) => options.keyThread?.bytes(direct) ?? direct,
    press: ({ name }) => (name === 'q' || name === 'ctrl+c' ? 'quit' : 'none'),
    repeats: () => false,
    repaint: () => screen?.repaint(),
    resize: () => undefined,
    tick: () => undefined,
    quit: leave,
    lost: leave,
    print: () => undefined,
    resumed: () => undefined,
  });
  try {
    visit.enter();
    screen = mountScreen(<Waiting waited={waited} />, {
      stdout: streams.stdout,
      painter: createPainter({
        theme: loadTheme(options.theme),
        level: colorLevel(chalk.level, options.environment),
        ascii: needsAscii(options.environment),
      }),
      isStalled: visit.isStalled,
    });
    const ready = until.then(
      () => 'ready' as const,
      () => 'ready' as const,
    );
    return await Promise.race([ready, left.promise]);
  } finally {
    visit.end();
    screen?.unmount();
  }
}

function Waiting({ waited }: { readonly waited: Waited }): ReactElement {
  const view = useSyncExternalStore(waited.subscribe, waited.view);
  const { columns, rows } = useWindowSize();
  const size = { width: columns, height: rows };
  const drawn = fitRows(waitingRows(view, size), size);
  return <Layers layers={[{ key: 'waiting', x: 0, y: 0, ...size, rows: drawn }]} size={size} />;
}

const MARKS = { done: '✓', now: '▸', later: ' ' } as const;
const BAR_CELLS = 24;

/** The rows of it: pure, for any size. */
export function waitingRows(view: ConnectView, { width, height }: Size): readonly Row[] {
  const { mode, isLive, place, steps, problem } = view;
  const head: Row = [
    span(' TAPEDECK', 'accent'),
    span(`  ${mode}`, isLive ? 'mode.live' : 'mode.simulated'),
    muted(`  ${safeText(place, 120)}`),
  ];
  const lines = steps.map(({ text, state, fraction }): Row => {
    const row: Row = [
      span(`   ${MARKS[state]} `, state === 'now' ? 'accent' : 'text.muted'),
      span(text.padEnd(34), state === 'now' ? 'text.strong' : 'text.muted'),
    ];
    return fraction === null ? row : [...row, span(bar(fraction, BAR_CELLS), 'accent')];
  });
  const trouble: Row[] =
    problem === null
      ? []
      : wrapped(safeText(problem, 600), width - 6).map((text) => [span(`   ${text}`, 'warn')]);
  const foot = [span(' q', 'key'), muted(' leave   nothing is traded before the console opens')];
  const body = [head, [], ...lines, [], ...trouble];
  const space = Math.max(0, height - body.length - 1);
  return [...body, ...Array.from({ length: space }, (): Row => []), foot].map((row) =>
    fitRow(row, width),
  );
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
