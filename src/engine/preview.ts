import type { Ticket } from '../domain/command.ts';
import { toNumber } from '../domain/decimal.ts';
import { grantedLeverage } from '../domain/market.ts';
import { hasLimitPrice } from '../domain/order.ts';
import { review } from '../risk/review.ts';
import { riskToStop } from '../risk/rules/loss-rules.ts';
import { grossAfter } from '../risk/rules/size-rules.ts';
import { ticketRequest } from './commands.ts';
import { bestPrice, expectedPrice, reviewContext } from './review-context.ts';
import type { SymbolState } from './state.ts';
import type { StepContext } from './step-context.ts';
import type { TicketPreview } from './view.ts';

/** What a ticket would do now: the same review as a real order; nothing is changed. */
export function previewTicket(ctx: StepContext, ticket: Ticket): TicketPreview {
  const symbol = ctx.state.market.symbols.get(ticket.symbol);
  const feeKind = takes(symbol, ticket) ? 'taker' : 'maker';
  if (!symbol || symbol.lastPrice === 0) return { ...NOTHING, feeKind };
  const request = ticketRequest(ctx, ticket);
  const context = reviewContext(ctx.state, request);
  const result = review(request, context);
  const price = expectedPrice(symbol, request);
  const quantity = toNumber(ticket.quantity);
  const { equity } = ctx.state.market;
  const notional = quantity * price;
  const { market } = symbol;
  const { leverage } = ctx.state.settings;
  const rate = toNumber(feeKind === 'maker' ? market.makerFeeRate : market.takerFeeRate);
  const isEntry = request.role === 'entry';
  const risk =
    ticket.stopPrice === null ? null : riskToStop(request, { price, worstCaseFraction: 1 });
  // What closes a position adds no risk and takes no margin.
  const riskQuote = isEntry ? risk : 0;
  const signed = ticket.side === 'buy' ? notional : -notional;
  const gross = isEntry
    ? grossAfter(signed, context)
    : context.grossExposure - quantity * (symbol.markPrice || price);
  return {
    notional,
    fee: notional * rate,
    feeKind,
    slippageBps: ticket.type === 'market' ? bookSlippageBps(symbol, ticket) : null,
    margin:
      market.kind === 'spot' || !isEntry ? null : notional / grantedLeverage(market, leverage),
    riskQuote,
    riskFraction: riskQuote === null || equity <= 0 ? null : riskQuote / equity,
    grossAfterFraction: equity <= 0 ? null : Math.max(0, gross) / equity,
    verdicts: result.verdicts,
    wouldSend: result.ok,
  };
}

/** Would it match at once? A limit across the market does, unless it must not. */
function takes(symbol: SymbolState | undefined, ticket: Ticket): boolean {
  if (!hasLimitPrice(ticket.type)) return true;
  if (ticket.type !== 'limit' || ticket.postOnly || !symbol || ticket.price === null) return false;
  const best = bestPrice(symbol, ticket.side);
  const price = toNumber(ticket.price);
  return best > 0 && (ticket.side === 'buy' ? price >= best : price <= best);
}

const NOTHING: TicketPreview = {
  notional: null,
  fee: null,
  feeKind: 'taker',
  slippageBps: null,
  margin: null,
  riskQuote: null,
  riskFraction: null,
  grossAfterFraction: null,
  verdicts: [],
  wouldSend: false,
};

/**
 * Average price of walking the book against its best, adverse positive; null without a book, and
 * where it does not show enough: what the rest would cost is not known.
 */
function bookSlippageBps(symbol: SymbolState, ticket: Ticket): number | null {
  const best = symbol.book?.bestFor(ticket.side);
  if (!symbol.book || !best) return null;
  let quote = 0;
  let base = 0;
  for (const level of symbol.book.walk(ticket.side, toNumber(ticket.quantity))) {
    quote += level.price * level.quantity;
    base += level.quantity;
  }
  if (base === 0 || base < toNumber(ticket.quantity) * (1 - 1e-9)) return null;
  return (Math.abs(quote / base - best) / best) * 10_000;
}
