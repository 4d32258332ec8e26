/** How often an account may ask: a window of requests, a wait beyond it, a ban for not waiting. */
import type { Clock } from '../../ports.ts';
import { MINUTE_MS } from '../../domain/time.ts';
import type { VenueFault } from '../../domain/venue.ts';

export interface RequestLimitOptions {
  /** Requests in a window of a minute; cancels do not count. */
  readonly perMinute: number;
  /** Requests refused in one window before the account is banned. */
  readonly patience: number;
  readonly banMs: number;
}

/** Counts requests and says why one more is refused; null when it may pass. */
export class RequestLimit {
  private readonly options: RequestLimitOptions;
  private readonly clock: Clock;
  private windowEnd = 0;
  private used = 0;
  private refused = 0;
  private bannedUntil = 0;

  constructor(options: RequestLimitOptions, clock: Clock) {
    this.options = options;
    this.clock = clock;
  }

  get isBanned(): boolean {
    return this.clock.now() < this.bannedUntil;
  }

  admit(isCancel: boolean): VenueFault | null {
    const now = this.clock.now();
    if (now < this.bannedUntil) return this.banned(now);
    if (now >= this.windowEnd) {
      this.windowEnd = now + MINUTE_MS;
      this.used = 0;
      this.refused = 0;
    }
    if (isCancel) return null;
    this.used += 1;
    if (this.used <= this.options.perMinute) return null;
    this.refused += 1;
    if (this.refused > this.options.patience) {
      this.ban();
      return this.banned(now);
    }
    const waitMs = this.windowEnd - now;
    const reason = `429: ${this.used} requests in a minute, at most ${this.options.perMinute}`;
    return { kind: 'rateLimited', reason, waitMs, banned: false };
  }

  /** As for ignoring the limit. */
  ban(): void {
    this.bannedUntil = this.clock.now() + this.options.banMs;
  }

  private banned(now: number): VenueFault {
    const waitMs = this.bannedUntil - now;
    return { kind: 'rateLimited', reason: '418: address is banned', waitMs, banned: true };
  }
}
