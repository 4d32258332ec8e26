/** What a ticket's order would cost and risk, and every rule's answer. */
import type { TicketPreview } from '../../slices.ts';
import { flow } from '../../text/flow.ts';
import { formatNumber, formatPercent } from '../../text/format.ts';
import { type Row, fitRow, muted, rowWidth, span } from '../../text/rows.ts';
import { verdictRow } from '../../text/verdicts.ts';

/** The figures of an order, then what every rule says of it: those that refuse it first. */
export function ruleRows(preview: TicketPreview, width: number): readonly Row[] {
  const failed = preview.verdicts.filter((verdict) => !verdict.ok).map(verdictRow);
  const passed = preview.verdicts.filter((verdict) => verdict.ok).map(verdictRow);
  return [
    ...figures(preview, width),
    ...failed.flatMap((row) => onTwoLines([span('  '), ...row], width)),
    ...inTwo(passed, width),
  ];
}

/** The setting that changes a limit is what one needs: it gets a line of its own, not a cut. */
function onTwoLines(row: Row, width: number): readonly Row[] {
  const setting = row.at(-1);
  if (rowWidth(row) <= width || !setting) return [row];
  return [row.slice(0, -1), [span('   '), setting]];
}

function figures(preview: TicketPreview, width: number): readonly Row[] {
  const part = (name: string, text: string): Row => [muted(`  ${name} `), span(text), span(' ')];
  const bps = preview.slippageBps === null ? '—' : `${formatNumber(preview.slippageBps, 1)} bp`;
  const { riskQuote } = preview;
  const ofEquity: Row = [span(`= ${formatPercent(preview.riskFraction, 2)} % of equity `)];
  const cost = [
    part('notional', formatNumber(preview.notional, 2)),
    part('fee', `${formatNumber(preview.fee, 2)} ${preview.feeKind}`),
    part('book-walk slippage', bps),
  ];
  const stake = [
    part('risk to stop', riskQuote === null ? 'all of it, no stop' : formatNumber(riskQuote, 2)),
    ...(riskQuote === null ? [] : [ofEquity]),
    part('after fill: gross', `${formatPercent(preview.grossAfterFraction, 0)} %`),
  ];
  const margin = preview.margin === null ? [] : [part('margin', formatNumber(preview.margin, 2))];
  return [...flow(cost, width), ...flow(stake, width), ...flow(margin, width)];
}

/** Passing rules side by side. */
function inTwo(rows: readonly Row[], width: number): readonly Row[] {
  const half = Math.floor((width - 3) / 2);
  const out: Row[] = [];
  for (let i = 0; i < rows.length; i += 2) {
    const [a = [], b = []] = rows.slice(i, i + 2);
    if (rowWidth(a) <= half - 1 && rowWidth(b) <= half)
      out.push([span('  '), ...fitRow(a, half), ...b]);
    else out.push([span('  '), ...a], ...(b.length > 0 ? [[span('  '), ...b]] : []));
  }
  return out;
}
