import type { VenueFault } from '../../domain/venue.ts';
import type { Core } from './core.ts';
import { LIMITS } from './limits.ts';
import type { Reports } from './reports.ts';

/** What the engine calls the link to the account. */
const LINK = 'account link';

/**
 * Whether the account can be heard and asked. Lost is told at once; back is told when it stayed
 * so for a moment, and then the account is read: a storm of reconnects asks for one report.
 */
export class Links {
  private readonly core: Core;
  private readonly reports: Reports;
  private isStreaming = true;
  private isAnswering = true;
  private isUp = true;
  private areKeysRefused = false;
  private bannedUntil = 0;
  private steady: () => void = () => undefined;

  constructor(core: Core, reports: Reports) {
    this.core = core;
    this.reports = reports;
  }

  /** How the account is reached now: heard and asked, asked alone, or not at all. */
  get view(): 'stream' | 'poll' | 'down' {
    if (!this.isAnswering) return 'down';
    return this.isStreaming ? 'stream' : 'poll';
  }

  /** How often the account is read while nothing is wrong. */
  begin(): void {
    this.reports.every(this.usualMs);
  }

  private get usualMs(): number {
    return this.core.client.isPolled === true ? LIMITS.pollEveryMs : LIMITS.reportEveryMs;
  }

  /** The account's stream was lost or is back. */
  stream(up: boolean, reason: string): void {
    this.steady();
    if (!up) {
      this.isStreaming = false;
      return this.settle(reason);
    }
    if (this.isStreaming) return;
    this.steady = this.core.after(LIMITS.linkSteadyMs, () => {
      this.isStreaming = true;
      this.settle(reason);
    });
  }

  /** The venue's answers stopped or came back. */
  answers(isAnswering: boolean, reason: string): void {
    if (isAnswering) this.areKeysRefused = false;
    if (this.isAnswering === isAnswering) return;
    this.isAnswering = isAnswering;
    this.settle(reason);
  }

  /** What a refusal says of the venue as a whole. */
  heed(fault: VenueFault): void {
    // One market may be closed: whether the account can be read says more.
    if (fault.kind === 'down') this.reports.request(fault.reason);
    if (fault.kind === 'rateLimited' && fault.banned) this.banned(fault.waitMs, fault.reason);
    if (fault.kind === 'auth') this.refused(fault.reason);
  }

  private refused(reason: string): void {
    if (this.areKeysRefused) return;
    this.areKeysRefused = true;
    this.answers(false, 'keys refused');
    this.command('halt', `keys refused: ${reason}`);
  }

  private banned(waitMs: number, reason: string): void {
    const now = this.core.now();
    const isKnown = now < this.bannedUntil;
    this.bannedUntil = Math.max(this.bannedUntil, now + waitMs);
    if (isKnown) return;
    const seconds = Math.ceil(waitMs / 1000);
    this.answers(false, `banned for ${seconds} s`);
    this.command('pause', `the venue banned us for ${seconds} s: ${reason}`);
  }

  private command(kind: 'halt' | 'pause', reason: string): void {
    this.core.alarm(reason);
    const time = this.core.ports.clock.now();
    this.core.postEvent({ kind: 'command', time, command: { kind, reason } });
  }

  private settle(reason: string): void {
    const { core, reports } = this;
    const isUp = this.isStreaming && this.isAnswering;
    reports.every(isUp ? this.usualMs : LIMITS.pollEveryMs);
    if (isUp === this.isUp) return;
    this.isUp = isUp;
    core.log(isUp ? 'info' : 'warn', `${LINK} ${isUp ? 'back' : 'lost'}: ${reason}`);
    const time = core.ports.clock.now();
    core.postEvent({ kind: 'link', time, name: LINK, up: isUp });
    // What was missed meanwhile may be anything: nothing is opened before a report agrees.
    core.postEvent({ kind: 'recover', time, reason: `${LINK} ${isUp ? 'was' : 'is'} lost` });
    reports.request(`${LINK} ${isUp ? 'back' : 'lost'}`);
  }
}
