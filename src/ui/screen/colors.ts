/** Colors and borders as Ink's boxes name them. */
import chalk, { type ChalkInstance, foregroundColorNames } from 'chalk';

import { type CellStyle, PLAIN } from './styles.ts';
import { applySgr } from './text-cells.ts';

type Layer = 'foreground' | 'background';

/** The style with a color as Ink understands it; what Ink does not understand changes nothing. */
function withColor(style: CellStyle, color: string | undefined, layer: Layer): CellStyle {
  if (color === undefined || color === '') return style;
  const sequence = ink(color, layer)?.('x').split('x', 1)[0] ?? '';
  return sequence === '' ? style : applySgr(style, sequence.slice(2, -1));
}

export function boxStyle(of: {
  color?: string | undefined;
  background?: string | undefined;
  dim?: boolean | undefined;
}): CellStyle {
  const colored = withColor(PLAIN, of.color, 'foreground');
  const style = withColor(colored, of.background, 'background');
  return of.dim === true && chalk.level > 0 ? applySgr(style, '2') : style;
}

function ink(color: string, layer: Layer): ChalkInstance | null {
  const isFront = layer === 'foreground';
  if (isName(color)) return isFront ? chalk[color] : chalk[toBackground(color)];
  if (color.startsWith('#')) return isFront ? chalk.hex(color) : chalk.bgHex(color);
  const indexed = /^ansi256\(\s?(\d+)\s?\)$/.exec(color);
  if (indexed) {
    const index = Number(indexed[1]);
    return isFront ? chalk.ansi256(index) : chalk.bgAnsi256(index);
  }
  const mixed = /^rgb\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\)$/.exec(color);
  if (!mixed) return null;
  const [red, green, blue] = [Number(mixed[1]), Number(mixed[2]), Number(mixed[3])];
  return isFront ? chalk.rgb(red, green, blue) : chalk.bgRgb(red, green, blue);
}

type Name = (typeof foregroundColorNames)[number];

const isName = (color: string): color is Name =>
  (foregroundColorNames as readonly string[]).includes(color);

const toBackground = (name: Name): `bg${Capitalize<Name>}` =>
  `bg${name.charAt(0).toUpperCase()}${name.slice(1)}` as `bg${Capitalize<Name>}`;

/** Top left, top, top right, right, bottom right, bottom, bottom left, left. */
const BORDERS: Readonly<Record<string, string>> = {
  single: '┌─┐│┘─└│',
  double: '╔═╗║╝═╚║',
  round: '╭─╮│╯─╰│',
  bold: '┏━┓┃┛━┗┃',
  singleDouble: '╓─╖║╜─╙║',
  doubleSingle: '╒═╕│╛═╘│',
  classic: '+-+|+-+|',
  arrow: '↘↓↙←↖↑↗→',
};

export interface BorderGlyphs {
  readonly topLeft: string;
  readonly top: string;
  readonly topRight: string;
  readonly right: string;
  readonly bottomRight: string;
  readonly bottom: string;
  readonly bottomLeft: string;
  readonly left: string;
}

/** The characters of a border style by name; a box may bring its own. */
export function borderGlyphs(style: string | BorderGlyphs): BorderGlyphs | null {
  if (typeof style !== 'string') return style;
  const all = BORDERS[style];
  if (all === undefined) return null;
  const at = (index: number): string => all.charAt(index);
  return {
    topLeft: at(0),
    top: at(1),
    topRight: at(2),
    right: at(3),
    bottomRight: at(4),
    bottom: at(5),
    bottomLeft: at(6),
    left: at(7),
  };
}
