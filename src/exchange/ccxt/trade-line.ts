import { dropOldest } from '../../domain/bounded.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { Trade } from '../../domain/trade.ts';
import { fieldOf } from './data-client.ts';
import { idOf, toTrade } from './market-data.ts';

/** Prints that are known again when they come twice; the library keeps 1,000 of a market. */
const KNOWN_PRINTS = 5_000;
/** Looks after a break that search whole lists: what is repeated then comes in any order. */
const THOROUGH_LOOKS = 20;

/** The prints of one market: every one once, in order, over all reconnects and both sources. */
export class TradeLine {
  /** Values that were no print. */
  dropped = 0;
  private readonly symbol: string;
  private readonly known = new Set<string>();
  private thorough = THOROUGH_LOOKS;

  constructor(symbol: string) {
    this.symbol = symbol;
  }

  /** A stream broke: what comes next may repeat what we know. */
  broke(): void {
    this.thorough = THOROUGH_LOOKS;
  }

  /** The new prints of a list whose newest are at its end, oldest first; the list is not kept. */
  take(list: unknown, serverNow: EpochMs): readonly Trade[] {
    if (!Array.isArray(list)) return NONE;
    const isThorough = this.thorough > 0;
    if (isThorough) this.thorough -= 1;
    const found: Trade[] = [];
    for (let i = list.length - 1; i >= 0; i--) {
      const raw: unknown = list[i];
      const id = idOf(fieldOf(raw, 'id'));
      if (id !== null && this.known.has(id)) {
        if (isThorough) continue;
        break;
      }
      const trade = this.map(raw, serverNow);
      if (trade !== null) found.push(trade);
    }
    found.reverse();
    return isInOrder(found) ? found : found.sort((a, b) => a.time - b.time);
  }

  private map(raw: unknown, serverNow: EpochMs): Trade | null {
    const mapped = toTrade(raw, this.symbol, serverNow);
    if (mapped.kind === 'fault') {
      this.dropped += 1;
      // The same wrong value lies in the list for long; it counts once, if it has an id.
      const id = idOf(fieldOf(raw, 'id'));
      if (id !== null) this.know(id);
      return null;
    }
    if (this.known.has(mapped.id)) return null;
    this.know(mapped.id);
    return mapped.kind === 'trade' ? mapped.trade : null;
  }

  private know(id: string): void {
    this.known.add(id);
    dropOldest(this.known, KNOWN_PRINTS);
  }
}

const NONE: readonly Trade[] = Object.freeze<Trade[]>([]);

function isInOrder(trades: readonly Trade[]): boolean {
  for (let i = 1; i < trades.length; i++) {
    if ((trades[i]?.time ?? 0) < (trades[i - 1]?.time ?? 0)) return false;
  }
  return true;
}
