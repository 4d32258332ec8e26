/** Borders with the title left and the pane's one figure right; heavy where the keys go. */
import { type Pane, type Row, type Token, fitRow, fitRows, rowWidth, span } from './rows.ts';

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const LIGHT = { tl: '╭', tr: '╮', bl: '╰', br: '╯', h: '─', v: '│' } as const;
const HEAVY = { tl: '┏', tr: '┓', bl: '┗', br: '┛', h: '━', v: '┃' } as const;

/** The pane inside its border: exactly `width` × `height` cells. */
export function framed(
  pane: Pane,
  of: { width: number; height: number; focused: boolean; token?: Token },
): readonly Row[] {
  const { width, height, focused } = of;
  const set = focused ? HEAVY : LIGHT;
  const token: Token = of.token ?? (focused ? 'border.focus' : 'border.normal');
  if (width < 2 || height < 2) return fitRows([], { width, height });
  const inner = { width: width - 2, height: height - 2 };
  const side = span(set.v, token);
  return [
    [
      span(set.tl, token),
      ...titleBar(pane, inner.width, { set, token, focused }),
      span(set.tr, token),
    ],
    ...fitRows(pane.rows, inner).map((row) => [side, ...row, side]),
    [span(set.bl + set.h.repeat(inner.width) + set.br, token)],
  ];
}

function titleBar(
  pane: Pane,
  width: number,
  of: { set: { h: string }; token: Token; focused: boolean },
): Row {
  const { h } = of.set;
  const title: Row = [
    span(`${h} `, of.token),
    span(pane.title, of.focused ? 'title.focus' : 'title'),
    span(' ', of.token),
  ];
  const summary: Row =
    pane.summary.length === 0
      ? []
      : [span(' ', of.token), ...pane.summary, span(` ${h}`, of.token)];
  const gap = width - rowWidth(title) - rowWidth(summary);
  if (gap < 1) return fitBar(title, width, of);
  return [...title, span(h.repeat(gap), of.token), ...summary];
}

/** Without room for the summary the title stands alone; a title too long is cut. */
function fitBar(title: Row, width: number, of: { set: { h: string }; token: Token }): Row {
  const rest = width - rowWidth(title);
  return rest >= 0 ? [...title, span(of.set.h.repeat(rest), of.token)] : fitRow(title, width);
}
