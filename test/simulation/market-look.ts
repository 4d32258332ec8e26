/** Looks at the exchange's list of markets as a session does: after refusals, and by the clock. */
import type { AccountEvent } from '../../src/domain/event.ts';
import type { Market } from '../../src/domain/market.ts';
import type { RecordBody, RejectCode } from '../../src/domain/record.ts';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { marketChanges } from '../../src/engine/market-changes.ts';
import { ACCOUNT, type World } from './world.ts';

const OLD: ReadonlySet<RejectCode> = new Set(['TICK_SIZE', 'STEP_SIZE', 'UNKNOWN_SYMBOL']);
const GAP_MS = MINUTE_MS;
const TRAVEL_MS = 300;

export class MarketLook {
  private readonly world: World;
  private readonly post: (event: AccountEvent) => void;
  private known: ReadonlyMap<string, Market>;
  private readonly gone = new Set<string>();
  private lastAt = -Infinity;

  constructor(world: World, post: (event: AccountEvent) => void) {
    this.world = world;
    this.post = post;
    this.known = new Map(world.markets.map((market) => [market.symbol, market]));
  }

  onRecord(body: RecordBody): void {
    if (body.kind === 'rejected' && OLD.has(body.code)) this.ask();
  }

  ask(): void {
    const { clock } = this.world;
    if (clock.now() - this.lastAt < GAP_MS) return;
    this.lastAt = clock.now();
    clock.after(TRAVEL_MS, () => this.compare(this.world.exchange.listed()));
  }

  private compare(listed: readonly Market[]): void {
    const changes = marketChanges({ known: this.known, gone: this.gone, listed });
    this.known = new Map([...this.known, ...listed.map((one) => [one.symbol, one] as const)]);
    if (changes === null) return;
    for (const symbol of changes.gone) this.gone.add(symbol);
    for (const symbol of changes.back) this.gone.delete(symbol);
    const record = { kind: 'marketsChanged', accountId: ACCOUNT, ...changes } as const;
    const time = Math.floor(this.world.clock.now());
    this.post({ kind: 'account', time, record });
  }
}
