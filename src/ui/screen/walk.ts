/** Ink's tree with Yoga's layout, drawn into a grid: the same cells Ink itself would draw. */
import type { DOMElement } from 'ink';

import { type Row, type Span, TOKENS } from '../text/rows.ts';
import type { Painter } from './painter.ts';
import { boxStyle, borderGlyphs } from './colors.ts';
import type { Clip, Grid, Pen } from './grid.ts';
import type { StyleTable } from './styles.ts';
import { TextCells, clipLine, type Wrap, wrapLines } from './text-cells.ts';

/** Yoga's numbers; its package is Ink's, not ours. */
const EDGE = { left: 0, top: 1, right: 2, bottom: 3 } as const;
const DISPLAY_NONE = 1;

interface Place {
  readonly x: number;
  readonly y: number;
}

interface CanvasOp extends Place {
  readonly node: DOMElement;
  readonly width: number;
  readonly height: number;
  readonly rows: readonly Row[];
}

type Style = DOMElement['style'];
type TokenPainter = Pick<Painter, 'styleOf' | 'glyphs'>;

/** Draws trees for one style table; remembers the last one. */
export class TreeRaster {
  readonly #table: StyleTable;
  readonly #texts: TextCells;
  readonly #pen: Pen<Span>;
  #drawn: readonly CanvasOp[] | null = null;

  constructor(table: StyleTable, painter: TokenPainter) {
    this.#table = table;
    this.#texts = new TextCells(table);
    const styles = new Map(TOKENS.map((token) => [token, table.intern(painter.styleOf(token))]));
    this.#pen = {
      text: (span) => painter.glyphs(span.text),
      style: (span) => styles.get(span.token) ?? 0,
    };
  }

  /** The grid must be the same every time, and nobody else's, or freshly resized. */
  draw(root: DOMElement, grid: Grid): void {
    const canvases = canvasesOf(root);
    if (canvases === null || !this.#redraw(canvases, grid)) {
      grid.clear();
      this.#node(root, { x: 0, y: 0 }, { grid, clip: grid.all });
    }
    this.#drawn = canvases;
  }

  /** Everything is to be drawn next time. */
  forget(): void {
    this.#drawn = null;
  }

  /**
   * Draws only the rows that changed, and whole canvases that lie on one that did. False when more
   * than rows changed: then nothing was drawn.
   */
  #redraw(canvases: readonly CanvasOp[], grid: Grid): boolean {
    const before = this.#drawn;
    if (before?.length !== canvases.length) return false;
    if (!canvases.every((one, i) => isSamePlace(one, before[i]))) return false;
    const fresh: CanvasOp[] = [];
    canvases.forEach((one, i) => {
      const isTouched = fresh.some((below) => overlap(below, one));
      const shown = isTouched ? [] : (before[i]?.rows ?? []);
      if (one.rows === shown) return;
      this.#canvas(one, { grid, clip: grid.all }, shown);
      fresh.push(one);
    });
    return true;
  }

  #node(node: DOMElement, parent: Place, on: Surface): void {
    const yoga = node.yogaNode;
    if (yoga === undefined || yoga.getDisplay() === DISPLAY_NONE) return;
    if (node.internal_static === true) return;
    const x = parent.x + yoga.getComputedLeft();
    const y = parent.y + yoga.getComputedTop();
    if (node.nodeName === 'ink-text') {
      this.#text(node, { x, y }, on);
      return;
    }
    const rows = rowsOf(node);
    if (rows !== null) {
      const [width, height] = [yoga.getComputedWidth(), yoga.getComputedHeight()];
      this.#canvas({ node, rows, x, y, width, height }, on);
      return;
    }
    let { clip } = on;
    if (node.nodeName === 'ink-box') {
      this.#background(node, { x, y }, on);
      this.#border(node, { x, y }, on);
      clip = clipInside(node, { x, y }, clip);
    }
    const inner = {
      x: x - wholeNumber(node.style.contentOffsetX),
      y: y - wholeNumber(node.style.contentOffsetY),
    };
    for (const child of node.childNodes) {
      if (child.nodeName !== '#text') this.#node(child, inner, { grid: on.grid, clip });
    }
  }

  /** `shown`: the rows that stand there already; equal ones are left alone. */
  #canvas(of: CanvasOp, { grid, clip }: Surface, shown: readonly Row[] = []): void {
    const { x, y, width, height, rows } = of;
    for (let i = 0; i < height; i++) {
      const row = rows[i] ?? [];
      const before = shown[i];
      if (before !== undefined && isSameRow(row, before)) continue;
      grid.putRow({ x, y: y + i, width }, row, { pen: this.#pen, clip });
    }
  }

  #text(node: DOMElement, { x, y }: Place, { grid, clip }: Surface): void {
    const text = squash(node);
    if (text === '') return;
    let lines = this.#texts.parse(text);
    const width = lines.reduce((most, line) => Math.max(most, line.width), 0);
    const room = innerWidth(node);
    if (width > room) lines = wrapLines(lines, room, wrapOf(node.style));
    const change = node.internal_transform;
    lines.forEach((line, i) => {
      const row = y + i;
      if (row < clip.y1 || row >= clip.y2) return;
      if (change === undefined) {
        grid.putLine(x, row, line, clip);
        return;
      }
      // Ink transforms what is left of a line after clipping; its screen's edges do not clip.
      const from = clip.x1 > 0 ? Math.max(0, clip.x1 - x) : 0;
      const to = clip.x2 < grid.width ? clip.x2 - x : line.width;
      const kept = from > 0 || to < line.width ? clipLine(line, from, to) : line;
      const changed = this.#texts.parse(change(this.#texts.toText(kept), i))[0];
      if (changed) grid.putLine(x + from, row, changed, grid.all);
    });
  }

  #background(node: DOMElement, { x, y }: Place, { grid, clip }: Surface): void {
    const { backgroundColor } = node.style;
    if (backgroundColor === undefined || !node.yogaNode) return;
    const cell = {
      text: ' ',
      style: this.#table.intern(boxStyle({ background: backgroundColor })),
    };
    const has = shownBorders(node.style);
    const count = node.yogaNode.getComputedWidth() - has.left - has.right;
    const height = node.yogaNode.getComputedHeight() - has.top - has.bottom;
    for (let i = 0; i < height; i++) {
      grid.putRun({ x: x + has.left, y: y + has.top + i, count }, cell, clip);
    }
  }

  #border(node: DOMElement, { x, y }: Place, { grid, clip }: Surface): void {
    const { style, yogaNode } = node;
    if (!style.borderStyle || !yogaNode) return;
    const glyphs = borderGlyphs(style.borderStyle);
    if (glyphs === null) return;
    const width = yogaNode.getComputedWidth();
    const height = yogaNode.getComputedHeight();
    const has = shownBorders(style);
    const put = (edge: Edge, at: Place, texts: readonly [string, string, string]): void => {
      const id = this.#table.intern(edgeStyle(style, edge));
      const [first, middle, last] = texts;
      const inner = Math.max(0, width - has.left - has.right);
      const text = (has.left ? first : '') + middle.repeat(inner) + (has.right ? last : '');
      const codes = Array.from(text, (one) => one.codePointAt(0) ?? 0);
      const line = { codes, styles: codes.map(() => id), width: codes.length };
      grid.putLine(at.x, at.y, line, clip);
    };
    if (has.top) put('Top', { x, y }, [glyphs.topLeft, glyphs.top, glyphs.topRight]);
    const leftStyle = this.#table.intern(edgeStyle(style, 'Left'));
    const rightStyle = this.#table.intern(edgeStyle(style, 'Right'));
    for (let i = has.top; i < height - has.bottom; i++) {
      const left = { text: glyphs.left, style: leftStyle };
      const right = { text: glyphs.right, style: rightStyle };
      if (has.left) grid.putRun({ x, y: y + i, count: 1 }, left, clip);
      if (has.right) grid.putRun({ x: x + width - 1, y: y + i, count: 1 }, right, clip);
    }
    if (has.bottom) {
      const at = { x, y: y + height - 1 };
      put('Bottom', at, [glyphs.bottomLeft, glyphs.bottom, glyphs.bottomRight]);
    }
  }
}

interface Surface {
  readonly grid: Grid;
  readonly clip: Clip;
}

/** All canvases in drawing order; null when the tree draws anything else. */
function canvasesOf(root: DOMElement): readonly CanvasOp[] | null {
  const found: CanvasOp[] = [];
  const collect = (node: DOMElement, parent: Place): boolean => {
    const yoga = node.yogaNode;
    if (yoga === undefined || yoga.getDisplay() === DISPLAY_NONE) return true;
    if (node.nodeName === 'ink-text' || !isBare(node.style)) return false;
    const x = parent.x + yoga.getComputedLeft();
    const y = parent.y + yoga.getComputedTop();
    const rows = rowsOf(node);
    if (rows !== null) {
      const [width, height] = [yoga.getComputedWidth(), yoga.getComputedHeight()];
      found.push({ node, rows, x, y, width, height });
      return true;
    }
    return node.childNodes.every((child) => child.nodeName === '#text' || collect(child, { x, y }));
  };
  return collect(root, { x: 0, y: 0 }) ? found : null;
}

/** A box that only places others. */
const isBare = (style: Style): boolean =>
  !style.borderStyle &&
  style.backgroundColor === undefined &&
  style.overflowX !== 'hidden' &&
  style.overflowY !== 'hidden' &&
  style.contentOffsetX === undefined &&
  style.contentOffsetY === undefined;

/** Set by Canvas; Ink keeps attributes it does not know. */
const rowsOf = (node: DOMElement): readonly Row[] | null =>
  (node.attributes['canvas'] as unknown as readonly Row[] | undefined) ?? null;

const isSameRow = (a: Row, b: Row): boolean =>
  a === b ||
  (a.length === b.length &&
    a.every((one, i) => one.text === b[i]?.text && one.token === b[i]?.token));

const isSamePlace = (a: CanvasOp, b: CanvasOp | undefined): boolean =>
  a.node === b?.node && a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;

const overlap = (a: CanvasOp, b: CanvasOp): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

function clipInside(node: DOMElement, { x, y }: Place, outer: Clip): Clip {
  const { style, yogaNode } = node;
  if (yogaNode === undefined) return outer;
  const isX = (style.overflowX ?? style.overflow) === 'hidden';
  const isY = (style.overflowY ?? style.overflow) === 'hidden';
  if (!isX && !isY) return outer;
  const border = (edge: keyof typeof EDGE): number => yogaNode.getComputedBorder(EDGE[edge]);
  const right = x + yogaNode.getComputedWidth() - border('right');
  const bottom = y + yogaNode.getComputedHeight() - border('bottom');
  return {
    x1: isX ? Math.max(outer.x1, x + border('left')) : outer.x1,
    y1: isY ? Math.max(outer.y1, y + border('top')) : outer.y1,
    x2: isX ? Math.min(outer.x2, right) : outer.x2,
    y2: isY ? Math.min(outer.y2, bottom) : outer.y2,
  };
}

function innerWidth({ yogaNode }: DOMElement): number {
  if (yogaNode === undefined) return 0;
  const edges = [EDGE.left, EDGE.right];
  return edges.reduce<number>(
    (width, edge) => width - yogaNode.getComputedPadding(edge) - yogaNode.getComputedBorder(edge),
    yogaNode.getComputedWidth(),
  );
}

const wholeNumber = (value: number | undefined): number =>
  value !== undefined && Number.isFinite(value) ? Math.trunc(value) : 0;

function wrapOf({ textWrap }: Style): Wrap {
  if (textWrap === undefined || textWrap === 'wrap' || textWrap === 'hard')
    return textWrap ?? 'wrap';
  if (textWrap === 'truncate-middle' || textWrap === 'truncate-start') return textWrap;
  return 'truncate-end';
}

/** One where there is a border on that edge, else zero. */
function shownBorders(style: Style) {
  const has = (edge: boolean | undefined): 0 | 1 => (style.borderStyle && edge !== false ? 1 : 0);
  return {
    top: has(style.borderTop),
    bottom: has(style.borderBottom),
    left: has(style.borderLeft),
    right: has(style.borderRight),
  };
}

type Edge = 'Top' | 'Bottom' | 'Left' | 'Right';

const edgeStyle = (style: Style, edge: Edge) =>
  boxStyle({
    color: style[`border${edge}Color`] ?? style.borderColor,
    background: style[`border${edge}BackgroundColor`] ?? style.borderBackgroundColor,
    dim: style[`border${edge}DimColor`] ?? style.borderDimColor,
  });

/** The text of a node and those nested in it, with what their transforms make of it. */
function squash(node: DOMElement): string {
  let all = '';
  for (const child of node.childNodes) {
    if (child.nodeName === '#text') {
      all += child.nodeValue;
    } else if (child.isHidden !== true) {
      const text = squash(child);
      const change = child.internal_transform;
      all += text === '' || change === undefined ? text : text.split('\n').map(change).join('\n');
    }
  }
  return all.replaceAll('\r\n', '\n');
}
