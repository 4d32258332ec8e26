/** What clients sent to the local exchange, newest last, without keys and signatures. */
import type { EpochMs } from '../../domain/time.ts';

export interface LoggedRequest {
  readonly time: EpochMs;
  /** `WS` for a message on a connection. */
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: string;
  /** Of the answer; null while or if there is none. */
  status: number | null;
  fault: string | null;
}

const KEPT = 2_000;
const LONGEST_TEXT = 4_000;
const SECRETS = /\b(signature|apiKey|token)(["']?\s*[=:]\s*["']?)[^&"',}\s]+/gi;

/** The newest requests; bounded. */
export class RequestLog {
  private entries: LoggedRequest[] = [];
  private count = 0;

  add(of: Omit<LoggedRequest, 'status' | 'fault'>): LoggedRequest {
    const entry: LoggedRequest = {
      ...of,
      query: harmless(of.query),
      body: harmless(of.body),
      status: null,
      fault: null,
    };
    this.count += 1;
    this.entries.push(entry);
    if (this.entries.length >= 2 * KEPT) this.entries = this.entries.slice(-KEPT);
    return entry;
  }

  /** Requests since the start, forgotten ones included. */
  get total(): number {
    return this.count;
  }

  newest(limit: number = KEPT): readonly LoggedRequest[] {
    return limit <= 0 ? [] : this.entries.slice(-limit);
  }

  clear(): void {
    this.entries = [];
  }
}

const harmless = (text: string): string => text.slice(0, LONGEST_TEXT).replace(SECRETS, '$1$2***');
