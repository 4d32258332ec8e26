/** How cells look: every style once, under a small number, with the bytes that lead to it. */

/** What escape sequences can say about a cell. Colors are parameters as sent; '' is the default. */
export interface CellStyle {
  /** Sum of the bits of ATTRIBUTES. */
  readonly attributes: number;
  readonly foreground: string;
  readonly background: string;
}

export const ATTRIBUTES = {
  bold: 1,
  dim: 2,
  italic: 4,
  underline: 8,
  inverse: 16,
  strikethrough: 32,
} as const;

export const PLAIN: CellStyle = { attributes: 0, foreground: '', background: '' };

/** Bits of ATTRIBUTES with the parameters that switch them on and off. */
export const SGR: readonly (readonly [bit: number, on: string, off: string])[] = [
  [ATTRIBUTES.bold, '1', '22'],
  [ATTRIBUTES.dim, '2', '22'],
  [ATTRIBUTES.italic, '3', '23'],
  [ATTRIBUTES.underline, '4', '24'],
  [ATTRIBUTES.inverse, '7', '27'],
  [ATTRIBUTES.strikethrough, '9', '29'],
];

/** Attributes that can be seen where nothing is written. */
const SHOWS_ON_BLANKS = ATTRIBUTES.underline | ATTRIBUTES.inverse | ATTRIBUTES.strikethrough;

/** A blank in this style looks like one in the style returned: only that is kept. */
export function onBlank(style: CellStyle): CellStyle {
  if ((style.attributes & SHOWS_ON_BLANKS) !== 0) return style;
  if (style.background === '') return PLAIN;
  if (style.attributes === 0 && style.foreground === '') return style;
  return { ...PLAIN, background: style.background };
}

/** The sequence from no style to this one; '' for no style. */
export function sequenceOf(style: CellStyle): string {
  return toSequence(opening(PLAIN, style));
}

/**
 * The parameters from one style to another, each switched by itself: nested styles survive it,
 * which one reset for all would end.
 */
export function gentleChange(from: CellStyle, to: CellStyle): string {
  return [...closing(from, to), ...opening(from, to)].map((one) => toSequence([one])).join('');
}

const toSequence = (parameters: readonly string[]): string =>
  parameters.length === 0 ? '' : `\u001B[${parameters.join(';')}m`;

function closing(from: CellStyle, to: CellStyle): readonly string[] {
  const gone = from.attributes & ~to.attributes;
  const codes = new Set<string>();
  for (const [bit, , off] of SGR) if ((gone & bit) !== 0) codes.add(off);
  if (from.foreground !== '' && to.foreground === '') codes.add('39');
  if (from.background !== '' && to.background === '') codes.add('49');
  return [...codes];
}

function opening(from: CellStyle, to: CellStyle): readonly string[] {
  const intensity = ATTRIBUTES.bold | ATTRIBUTES.dim;
  // One parameter ends bold and dim together: what is left of the two has to be said again.
  const ended = (from.attributes & ~to.attributes & intensity) !== 0 ? intensity : 0;
  const wanted = to.attributes & ~(from.attributes & ~ended);
  const codes: string[] = [];
  for (const [bit, on] of SGR) if ((wanted & bit) !== 0) codes.push(on);
  if (to.foreground !== from.foreground && to.foreground !== '') codes.push(to.foreground);
  if (to.background !== from.background && to.background !== '') codes.push(to.background);
  return codes;
}

/** Ids of styles stay far below what a Uint16 holds; see `isFull`. */
const MOST_STYLES = 4_096;
const MOST_CHANGES = 16_384;

/** Styles by id; 0 is no style. Ids are valid for one table only. */
export class StyleTable {
  readonly #styles: CellStyle[] = [PLAIN];
  readonly #ids = new Map<string, number>([['0||', 0]]);
  /** For every id: the id of what is left of it on a blank. */
  readonly #blanks: number[] = [0];
  readonly #changes = new Map<number, string>();

  intern(style: CellStyle): number {
    const key = `${String(style.attributes)}|${style.foreground}|${style.background}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#styles.length;
    this.#styles.push(style);
    this.#ids.set(key, id);
    this.#blanks.push(id);
    const bare = onBlank(style);
    if (bare !== style) this.#blanks[id] = this.intern(bare);
    return id;
  }

  /** Texts with ever new colors would fill it: whoever owns it then starts a new one. */
  get isFull(): boolean {
    return this.#styles.length >= MOST_STYLES;
  }

  styleOf(id: number): CellStyle {
    return this.#styles[id] ?? PLAIN;
  }

  blankOf(id: number): number {
    return this.#blanks[id] ?? 0;
  }

  /** The fewest bytes that lead from one style to another. */
  change(from: number, to: number): string {
    if (from === to) return '';
    const key = from * 65_536 + to;
    let bytes = this.#changes.get(key);
    if (bytes === undefined) {
      bytes = shortestChange(this.styleOf(from), this.styleOf(to));
      if (this.#changes.size >= MOST_CHANGES) this.#changes.clear();
      this.#changes.set(key, bytes);
    }
    return bytes;
  }
}

function shortestChange(from: CellStyle, to: CellStyle): string {
  const step = toSequence([...closing(from, to), ...opening(from, to)]);
  // An empty first parameter is a reset.
  const anew = toSequence(['', ...opening(PLAIN, to)]);
  return anew.length < step.length ? anew : step;
}
