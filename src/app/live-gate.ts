/**
 * The live gate: what stands before real orders of a session (PRODUCT 7). It guards entries, not
 * the way out: until it is passed the account stays paused or stricter, while exits, protective
 * stops, cancels and the dead-man timer work as ever (DECISIONS 15). Passed, it holds for this
 * session alone.
 *
 * Wiring, for `RunningSession`: its ports hold a `gate` (null where no orders leave for any
 * exchange), `dispatch` begins with `takenByGate`, and the view carries `gate.view()`.
 */
import type { Command } from '../domain/command.ts';
import { messageOf } from '../domain/errors.ts';
import type { RiskLimits } from '../domain/limits.ts';
import type { AccountRecord } from '../domain/record.ts';
import { safeText } from '../domain/safe-text.ts';
import type { Run } from '../engine/run.ts';
import type { KeyPermissions } from '../exchange/ccxt/plan.ts';
import {
  type GateAnswer,
  type GateFacts,
  connectionChecks,
  gateChecks,
  limitWords,
  NO_WITHDRAWALS,
} from './live/gate-checks.ts';
import type { GateCheck, GateView, SessionCommand, Words } from './session-types.ts';

export interface LiveGateOptions extends Pick<
  GateFacts,
  'plan' | 'hosts' | 'receiveWindowMs' | 'unsafe'
> {
  /** Asks the exchange what the key may do. Rejects where it cannot be asked. */
  readonly permissions: () => Promise<KeyPermissions>;
  /** Measures our clock against the exchange's; null where it has none. */
  readonly skewMs: () => Promise<number | null>;
  readonly view: () => GateFacts['view'];
  /** Limits in force. */
  readonly limits: () => RiskLimits;
  /** Something of it that is shown has changed. */
  readonly onChange: () => void;
}

/** Commands that the gate itself answers. */
export type GateCommand = Extract<SessionCommand, { kind: 'passGate' | 'checkGate' }>;

/** What the gate does about a command. */
interface GateReply {
  readonly words: Words;
  /** To be journaled; null where nothing was decided. */
  readonly record: AccountRecord | null;
}

/** What lets more happen than before. Tightening passes any gate. */
const LOOSENING: ReadonlySet<string> = new Set(['resume', 'resumeScope', 'clearBreaker']);

const say = (level: Words['level'], text: string): GateReply => ({
  words: { level, text },
  record: null,
});

export const createLiveGate = (of: LiveGateOptions): LiveGate => new LiveGate(of);

export class LiveGate {
  private readonly of: LiveGateOptions;
  private answer: GateAnswer | null = null;
  private asking: Promise<void> | null = null;
  private readonly vouched: string[] = [];
  private isPassed: boolean;

  constructor(of: LiveGateOptions) {
    this.of = of;
    this.isPassed = of.plan.venue !== 'live';
  }

  /** Asks the exchange what it is to tell; it resolves also where that is nothing. */
  ask(): Promise<void> {
    this.asking ??= this.askOnce().finally(() => {
      this.asking = null;
      this.of.onChange();
    });
    return this.asking;
  }

  private async askOnce(): Promise<void> {
    try {
      const [permissions, skewMs] = await Promise.all([this.of.permissions(), this.of.skewMs()]);
      this.answer = { permissions, skewMs };
    } catch (error) {
      this.answer = { problem: safeText(messageOf(error), 200) };
    }
  }

  get passed(): boolean {
    return this.isPassed;
  }

  /** To be typed next, word for word. */
  get phrase(): string {
    return this.mustVouch ? this.vouchPhrase : `trade live on ${this.account}`;
  }

  checks(): readonly GateCheck[] {
    const { plan, hosts, receiveWindowMs, unsafe } = this.of;
    const { answer } = this;
    const [view, limits] = [this.of.view(), this.of.limits()];
    return gateChecks({ plan, hosts, receiveWindowMs, unsafe, answer, view, limits });
  }

  /** What is wrong with connection and key, one line each: all there is of it on a testnet. */
  warnings(): readonly string[] {
    return connectionChecks({ ...this.of, answer: this.answer })
      .filter(({ ok }) => ok === false)
      .map(({ name, value, advice }) => `${name}: ${value}; ${advice}`);
  }

  view(): GateView {
    const checks = this.checks();
    const isPractice = this.of.plan.endpoint !== null;
    return {
      account: isPractice ? `${this.account}, EMULATOR` : this.account,
      checks,
      limits: limitWords(this.of.limits()),
      phrase: this.phrase,
      means: this.mustVouch
        ? 'the exchange does not tell: you looked there, and it is so'
        : `orders of this session are ${isPractice ? "the emulator's" : 'real'} from here on`,
      opens: !this.mustVouch,
      shut: this.shut(checks),
      passed: this.isPassed,
      asking: this.asking !== null,
    };
  }

  /** Takes what was typed. Returns why it opens nothing, in words; null where it was right. */
  pass(typed: string): string | null {
    if (this.isPassed) return 'the live gate is passed already';
    const shut = this.shut(this.checks());
    if (shut !== null) return shut;
    if (typed !== this.phrase) return `the live gate wants to be typed: ${this.phrase}`;
    if (this.mustVouch) this.vouched.push(typed);
    else this.isPassed = true;
    return null;
  }

  /** What it does about a command; null: the command goes on. */
  reply(command: Command | SessionCommand): GateReply | null {
    switch (command.kind) {
      case 'checkGate':
        void this.ask();
        return say('info', 'the exchange is asked about key and clock');
      case 'passGate':
        return this.replyTyped(command.phrase);
      default:
        if (this.isPassed || !LOOSENING.has(command.kind)) return null;
        return say('warn', `${this.account} is live: its gate comes first (r in the console)`);
    }
  }

  private replyTyped(phrase: string): GateReply {
    const problem = this.pass(phrase);
    this.of.onChange();
    if (problem !== null) return say('warn', problem);
    if (!this.isPassed) return say('warn', `vouched for: ${phrase}`);
    const { accountId } = this.of.view().account;
    const checks = this.checks().map(({ name, ok, value }) => ({ name, ok, said: value }));
    const vouched = [...this.vouched];
    return {
      words: { level: 'warn', text: `${this.account} is live for this session; r starts trading` },
      record: { kind: 'gatePassed', accountId, phrase, vouched, checks },
    };
  }

  private shut(checks: readonly GateCheck[]): string | null {
    if (this.isPassed) return null;
    if (this.asking !== null || this.answer === null) return 'the exchange is being asked';
    const failed = checks.find(({ required, ok }) => required && ok === false);
    if (failed) return `${failed.name}: ${failed.value}; ${failed.advice}`;
    // Only the one question that somebody can vouch for may stay open.
    const open = checks.find(({ name, required, ok }) => {
      return required && ok === null && name !== NO_WITHDRAWALS;
    });
    return open ? `${open.name}: ${open.value}` : null;
  }

  private get account(): string {
    return `${this.of.plan.id} ${this.of.plan.account}`;
  }

  private get vouchPhrase(): string {
    return `the key of ${this.account} cannot withdraw`;
  }

  private get mustVouch(): boolean {
    const asked = this.checks().find(({ name }) => name === NO_WITHDRAWALS);
    return asked?.ok === null && !this.vouched.includes(this.vouchPhrase);
  }
}

/** What the gate needs of the session to carry out a reply. */
interface GateSeat {
  readonly gate: LiveGate | null;
  readonly run: Pick<Run, 'post' | 'state'>;
  readonly say: (words: Words) => void;
}

/**
 * The first question of `RunningSession.dispatch`. True: the gate dealt with the command, whichever
 * it was; the session commits, tells its readers and does nothing else.
 */
export function takenByGate(
  command: Command | SessionCommand,
  { gate, run, say }: GateSeat,
): command is GateCommand {
  if (gate === null) {
    const isOfGate = command.kind === 'passGate' || command.kind === 'checkGate';
    if (isOfGate) say({ level: 'info', text: 'no live gate here: nothing of it is real' });
    return isOfGate;
  }
  const reply = gate.reply(command);
  if (reply === null) return false;
  const { record, words } = reply;
  if (record !== null) run.post({ kind: 'lifecycle', time: run.state.market.now, record });
  say(words);
  return true;
}
