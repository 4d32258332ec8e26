import { stateCodec } from '../../src/app/state/codec.ts';
import { decimal } from '../../src/domain/decimal.ts';
import type { OrderId } from '../../src/domain/ids.ts';
import type { RecordBody } from '../../src/domain/record.ts';
import { type MoneyState, createMoneyState } from '../../src/execution/money.ts';
import { reduceMoney } from '../../src/execution/reduce-money.ts';
import { ACCOUNT, PERPETUAL, SPOT, START, fill, request } from '../support/builders.ts';
import { RECORDS } from '../support/records.ts';

/** Books that records are put into one after another. */
export class Books {
  readonly money: MoneyState = createMoneyState();
  readonly lines: string[] = [];
  private readonly codec = stateCodec();
  private n = 0;

  constructor() {
    this.put({ ...RECORDS.runStarted, markets: [SPOT, PERPETUAL] });
    this.put({ kind: 'deposited', accountId: ACCOUNT, asset: 'USDT', amount: decimal('10000') });
  }

  put(body: RecordBody, time = START): void {
    this.n += 1;
    const at = { n: this.n, t: time, m: this.n };
    this.lines.push(this.codec.encode(body, at));
    reduceMoney(this.money, body, at);
  }

  order(id: string, change: Parameters<typeof request>[0] = {}): OrderId {
    const orderId = id as OrderId;
    this.put({ kind: 'orderCreated', orderId, request: request(change), decisionPrice: 100 });
    return orderId;
  }

  fill(change: Parameters<typeof fill>[0], time = START): void {
    this.put({ kind: 'fill', ...fill(change) }, time);
  }

  find(id: string) {
    return this.money.working.get(id as OrderId) ?? this.money.closed.get(id as OrderId);
  }

  /** The same books, folded from the journal's lines. */
  refolded(): MoneyState {
    const money = createMoneyState();
    for (const line of this.lines) this.codec.fold(money, this.codec.decode(line));
    return money;
  }

  /** The same books, read back from a snapshot. */
  reread(): MoneyState {
    return this.codec.decodeState(this.codec.encodeState(this.money));
  }
}
