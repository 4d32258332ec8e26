/** What README.md says of every exchange, from the rows that decide what is sent. */
import { EXCHANGES } from '../../src/exchange/ccxt/catalog.ts';
import type { ExchangeRow } from '../../src/exchange/ccxt/row.ts';
import { PROOF_WORDS, shapeName, watchedHere } from '../../src/exchange/ccxt/shapes.ts';
import { folded, row, table } from './tables.ts';

export function exchangeTable(): string {
  const rows = EXCHANGES.map((one) =>
    row(
      `\`${one.id}\``,
      modes(one),
      PROOF_WORDS[one.proof],
      one.shapes.map(shapeName).join(', '),
      one.shapes.length === 0 ? '' : watchedHere(one).join(', '),
      polled(one),
      one.missingTimeframes.join(' '),
      `${percent(one.fees.maker)} / ${percent(one.fees.taker)}`,
    ),
  );
  const head = [
    'Exchange',
    'Modes',
    'Proven',
    'Orders that rest there',
    'Triggers watched here',
    'Asked for, not streamed',
    'No candles of',
    'Fees maker / taker, %',
  ];
  return `${table(head, rows)}\n\n${folded('What to mind on each exchange', quirkTable())}`;
}

function quirkTable(): string {
  const rows = EXCHANGES.flatMap(({ id, quirks, modes: { live } }) => [
    ...(live.offered ? [] : [row(`\`${id}\``, `live is not offered: ${live.why}`)]),
    ...quirks.map((quirk) => row(`\`${id}\``, quirk)),
  ]);
  return table(['Exchange', 'Mind'], rows);
}

function modes({ modes: all }: ExchangeRow): string {
  return (['paper', 'testnet', 'live'] as const).filter((mode) => all[mode].offered).join(', ');
}

function polled({ sources }: ExchangeRow): string {
  return Object.entries(sources)
    .filter(([, source]) => source === 'poll')
    .map(([name]) => name)
    .join(', ');
}

const percent = (rate: string): string => String(Number((Number(rate) * 100).toFixed(4)));
