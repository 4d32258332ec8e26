/** The request weight of an address: a window of a minute, a wait beyond it, a ban for not waiting. */
import { MINUTE_MS, SECOND_MS } from '../../../domain/time.ts';
import type { Clock } from '../../../ports.ts';
import { bannedUntil, tooMuchWeight } from './api-error.ts';

export const WEIGHT_PER_MINUTE = 6_000;
/** Refused requests in one minute before the address is banned. */
const PATIENCE = 20;
const BAN_MS = 2 * MINUTE_MS;

/** What one address has used of its minute: requests over HTTP and WebSocket together. */
export class WeightMeter {
  private readonly clock: Clock;
  private minute = 0;
  private spent = 0;
  private refused = 0;
  private banEnd = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Weight used in this minute: the header `x-mbx-used-weight-1m`. */
  get used(): number {
    this.turn();
    return this.spent;
  }

  /** Counts a request. Throws ApiError (429, 418) when there is no room for it. */
  spend(weight: number): void {
    const now = this.clock.now();
    if (now < this.banEnd) throw bannedUntil(this.banEnd, seconds(this.banEnd - now));
    this.turn();
    this.spent += weight;
    if (this.spent <= WEIGHT_PER_MINUTE) return;
    this.refused += 1;
    if (this.refused > PATIENCE) {
      this.banEnd = now + BAN_MS;
      throw bannedUntil(this.banEnd, seconds(BAN_MS));
    }
    throw tooMuchWeight(WEIGHT_PER_MINUTE, seconds((this.minute + 1) * MINUTE_MS - now));
  }

  private turn(): void {
    const minute = Math.floor(this.clock.now() / MINUTE_MS);
    if (minute === this.minute) return;
    this.minute = minute;
    this.spent = 0;
    this.refused = 0;
  }
}

const seconds = (ms: number): number => Math.max(1, Math.ceil(ms / SECOND_MS));
