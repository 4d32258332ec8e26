import type { SessionView } from '../../app/session-types.ts';
import type { Breakdown } from '../model.ts';
import type { PnlRow } from '../slices.ts';
import { formatNumber, formatPercent, formatSigned } from '../text/format.ts';
import type { Row } from '../text/rows.ts';
import { fact, wrapped } from './facts.ts';

/** One row of the breakdown. */
export interface Part {
  readonly by: Exclude<Breakdown, 'all'>;
  readonly row: PnlRow;
}

/** What is still open of a row's net, so that the row adds up; a closed day has none. */
export const openPart = ({ realizedPnl, feesPaid, fundingPaid, netPnl }: PnlRow): number =>
  netPnl - realizedPnl + feesPaid + fundingPaid;

/** How a row of the breakdown adds up, and its part of the whole. */
export function partRows(part: Part, { pnl }: SessionView, width: number): readonly Row[] {
  const { by, row } = part;
  const share = pnl.netPnl === 0 ? null : row.netPnl / pnl.netPnl;
  return [
    fact('realized', formatSigned(row.realizedPnl, 2)),
    ...(by === 'day' ? [] : [fact('+ open', formatSigned(openPart(row), 2))]),
    fact('− fees', formatNumber(row.feesPaid, 2)),
    fact('− funding', formatNumber(row.fundingPaid, 2)),
    fact('= net', formatSigned(row.netPnl, 2)),
    fact('of all', `${formatPercent(share, 0)} % of ${formatSigned(pnl.netPnl, 2)}`),
    fact('round trips', String(row.roundTrips)),
    ...wrapped(
      by === 'day'
        ? 'A day counts what was closed on it, 00:00 to 24:00 UTC; what is open counts when it closes.'
        : 'Open is what its positions would bring at the mark, before the fees of closing them.',
      width,
    ),
  ];
}
