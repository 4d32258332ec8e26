// A terminal that says what it shows, cell by cell: characters, colors, attributes.
import headless from '@xterm/headless';

/** One cell: its text ('' behind a wide character) and how it looks, as one comparable string. */
export type Shown = string;

export interface Emulator {
  readonly write: (bytes: string) => Promise<void>;
  readonly resize: (width: number, height: number) => void;
  /** Row by row, every cell. */
  readonly cells: () => Shown[][];
  readonly text: () => string[];
}

type Cell = NonNullable<
  ReturnType<NonNullable<ReturnType<headless.IBuffer['getLine']>>['getCell']>
>;

export function createEmulator(width: number, height: number): Emulator {
  const terminal = new headless.Terminal({
    cols: width,
    rows: height,
    scrollback: 100,
    allowProposedApi: true,
  });
  // The console lives on the other screen, which never reflows.
  terminal.write('\u001B[?1049h');
  const line = (y: number) => terminal.buffer.active.getLine(terminal.buffer.active.baseY + y);
  return {
    write: (bytes) =>
      new Promise((resolve) => {
        terminal.write(bytes, resolve);
      }),
    resize(columns, rows) {
      terminal.resize(columns, rows);
    },
    cells: () =>
      Array.from({ length: terminal.rows }, (_, y) =>
        Array.from({ length: terminal.cols }, (__, x) => {
          const cell = line(y)?.getCell(x);
          return cell ? shown(cell) : 'no cell';
        }),
      ),
    text: () =>
      Array.from({ length: terminal.rows }, (_, y) => line(y)?.translateToString(false) ?? ''),
  };
}

function shown(cell: Cell): Shown {
  const text = cell.getChars() || (cell.getWidth() === 0 ? '' : ' ');
  const lines = [
    cell.isUnderline() ? 'underline' : '',
    cell.isInverse() ? 'inverse' : '',
    cell.isStrikethrough() ? 'strikethrough' : '',
  ].join('');
  const back = `${String(cell.getBgColorMode())}.${String(cell.getBgColor())}`;
  // Weight and color of a blank cannot be seen, unless a line or a swap of colors shows them.
  if (text === ' ' && lines === '') return `blank ${back}`;
  const front = `${String(cell.getFgColorMode())}.${String(cell.getFgColor())}`;
  const weight = [
    cell.isBold() ? 'bold' : '',
    cell.isDim() ? 'dim' : '',
    cell.isItalic() ? 'italic' : '',
  ].join('');
  return `'${text}' ${front} ${back} ${weight} ${lines}`;
}
