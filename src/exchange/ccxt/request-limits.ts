/** What one account may ask of an exchange, of the costs that its row tells. */
import type { RequestBudget } from '../../ports.ts';
import type { ExchangeRow } from './row.ts';

/** Are the open orders of so many symbols cheaper one by one than all at once? */
export function asksEachSymbol({ requests }: ExchangeRow, symbols: number): boolean {
  const { one, all } = requests.openOrders;
  return one * symbols < all;
}

/** The request limit of an account that follows so many symbols, in the exchange's units. */
export function budgetOf(row: ExchangeRow, symbols: number): RequestBudget {
  const { perSecond, burst, reserve, order, cancel, question, account, fills } = row.requests;
  const { one, all } = row.requests.openOrders;
  return {
    perSecond,
    burst,
    reserve,
    costs: {
      create: order,
      cancel,
      amend: order + question,
      order: row.clientIds.fetchBy === 'order' ? question : 2 * question,
      openOrders: Math.min(one * symbols, all),
      fills: fills * (row.fillPages.by === 'symbol' ? symbols : 1),
      account,
      deadMan: question,
    },
  };
}
