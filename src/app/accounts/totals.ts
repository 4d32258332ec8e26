/** What several accounts come to together. */
import { parseSymbol } from '../../domain/market.ts';
import { isWorking } from '../../domain/order.ts';
import type { AccountLine, AccountsView, SessionView } from '../session-types.ts';

/** One account as a line. */
export function lineOf(view: SessionView): AccountLine {
  const { account, exchange } = view;
  const { accountId, tradingState, equity, dayPnl, currency, drawdownFraction } = account;
  return {
    name: accountId,
    tradingState,
    equity,
    dayPnl,
    currency,
    drawdownFraction,
    positions: view.positions.length,
    workingOrders: view.orders.filter(isWorking).length,
    data: exchange?.data.by ?? null,
    link: exchange?.link ?? null,
  };
}

/**
 * Everything in the currency of the first account. Another currency is converted by the newest
 * price of a market between the two that any account follows; without one it is left out and named.
 */
export function totalOf(views: readonly SessionView[]): AccountsView['total'] {
  const currency = views[0]?.account.currency ?? '';
  const total = { equity: 0, dayPnl: 0 };
  const missing: string[] = [];
  for (const { account } of views) {
    const rate = rateOf(account.currency, currency, views);
    if (rate === null) {
      missing.push(account.accountId);
      continue;
    }
    total.equity += account.equity * rate;
    total.dayPnl += account.dayPnl * rate;
  }
  return { currency, ...total, missing };
}

/** Units of `to` for one of `from`; null where no market tells. */
function rateOf(from: string, to: string, views: readonly SessionView[]): number | null {
  if (from === to) return 1;
  for (const { markets } of views) {
    for (const { symbol, lastPrice } of markets) {
      const parts = parseSymbol(symbol);
      if (parts?.kind !== 'spot' || lastPrice === null || lastPrice <= 0) continue;
      if (parts.base === from && parts.quote === to) return lastPrice;
      if (parts.base === to && parts.quote === from) return 1 / lastPrice;
    }
  }
  return null;
}
