/** The WebSocket channel `balances`: all at first, then one message for each entry of the ledger. */
import { type Decimal, ZERO, isZero, mul, neg, sub } from '../../../domain/decimal.ts';
import type { KrakenAccount } from './account.ts';
import { numberOf, stamp } from './execution-json.ts';
import type { KrakenTrade } from './records.ts';

type Row = Record<string, unknown>;

/** Every asset that is held, as the data of a snapshot. */
export function balanceRows(who: KrakenAccount): Row[] {
  return who.account.exchange
    .balances()
    .filter(({ total }) => !isZero(total))
    .map(({ asset, total }) => {
      const balance = numberOf(total);
      const wallets = [{ type: 'spot', id: 'main', balance }];
      return { asset, asset_class: 'currency', balance, wallets };
    });
}

/** What moves an account's balances, entry by entry. */
export class BalanceFeed {
  private readonly who: KrakenAccount;
  private readonly told = new Map<string, Decimal>();
  private count = 0;

  constructor(who: KrakenAccount) {
    this.who = who;
    this.remember();
  }

  /** The two entries of a trade: what was paid, with the fee, and what was received. */
  trade({ id, order, fill }: KrakenTrade): Row[] {
    const { base, quote } = order.pair;
    const value = mul(fill.price, fill.quantity);
    const isBuy = fill.side === 'buy';
    const feeOf = (asset: string): Decimal => (asset === fill.feeAsset ? fill.fee : ZERO);
    const entry = (asset: string, amount: Decimal): Row =>
      this.entry({
        asset,
        amount,
        fee: feeOf(asset),
        kind: 'trade',
        ref: id,
        time: stamp(fill.time),
      });
    const paid = entry(quote, isBuy ? neg(value) : value);
    const rows = [paid, entry(base, isBuy ? fill.quantity : neg(fill.quantity))];
    this.remember();
    return rows;
  }

  /** Entries of money that came or went without a trade. */
  transfers(time: string): Row[] {
    const rows: Row[] = [];
    for (const { asset, total } of this.who.account.exchange.balances()) {
      const amount = sub(total, this.told.get(asset) ?? ZERO);
      if (isZero(amount)) continue;
      rows.push(this.entry({ asset, amount, fee: ZERO, kind: 'deposit', ref: null, time }));
    }
    this.remember();
    return rows;
  }

  private entry(of: {
    readonly asset: string;
    readonly amount: Decimal;
    readonly fee: Decimal;
    readonly kind: 'trade' | 'deposit';
    readonly ref: string | null;
    readonly time: string;
  }): Row {
    this.count += 1;
    const ledgerId = this.who.ids.of('L', String(this.count));
    const total = this.who.account.exchange.balances().find(({ asset }) => asset === of.asset);
    return {
      ledger_id: ledgerId,
      ref_id: of.ref ?? ledgerId,
      timestamp: of.time,
      type: of.kind,
      asset: of.asset,
      asset_class: 'currency',
      category: of.kind,
      wallet_type: 'spot',
      wallet_id: 'main',
      amount: numberOf(of.amount),
      fee: numberOf(of.fee),
      balance: numberOf(total?.total ?? ZERO),
    };
  }

  private remember(): void {
    for (const { asset, total } of this.who.account.exchange.balances())
      this.told.set(asset, total);
  }
}
