import { SeededRng } from '../../domain/rng.ts';

/** Requests by what they ask. */
export type WireOp =
  'create' | 'cancel' | 'amend' | 'order' | 'openOrders' | 'fills' | 'account' | 'deadMan';

/** What can happen to one request and its answer. */
export type WireFault =
  /** It never arrives: nothing is done, and no answer comes in time. */
  | 'requestLost'
  /** It is carried out, the answer never comes. */
  | 'answerLost'
  /** Carried out or not, the answer is a 5xx, HTML, half a JSON: outcome unknown. */
  | 'answerGarbled'
  /** A box on the way repeats it; the second answer may be the one that comes back. */
  | 'requestTwice'
  /** It takes seconds, but in time. */
  | 'slow'
  /** It waits up to a minute before it is carried out; the answer never comes (F3). */
  | 'lateAccept'
  /** Refused before it is looked at, with a time to wait. */
  | 'rateLimited'
  /** The answer holds another account's or symbol's data (F45). */
  | 'foreignAnswer'
  /** The history of fills comes back empty (F16). */
  | 'noFills';

/** What can happen to one message of the account's stream. */
export type StreamFault =
  | 'messageLost'
  | 'messageLate'
  | 'messageTwice'
  /** A stranger's message beside it (F45). */
  | 'foreignMessage';

export type Fault = WireFault | StreamFault;

/** Probability of each fault, per request it can happen to, or per message. */
export type FaultRates = Partial<Readonly<Record<Fault, number>>>;

/** A bad day on a real network, several times over. */
export const STORMY: FaultRates = {
  requestLost: 0.01,
  answerLost: 0.01,
  answerGarbled: 0.01,
  requestTwice: 0.005,
  slow: 0.02,
  lateAccept: 0.003,
  rateLimited: 0.003,
  foreignAnswer: 0.003,
  noFills: 0.02,
  messageLost: 0.03,
  messageLate: 0.03,
  messageTwice: 0.03,
  foreignMessage: 0.003,
};

const EVERY: readonly WireOp[] = [
  'create', 'cancel', 'amend', 'order', 'openOrders', 'fills', 'account', 'deadMan',
]; // prettier-ignore

/** Which requests a fault can happen to. */
const HAPPENS_TO: Readonly<Record<WireFault, readonly WireOp[]>> = {
  requestLost: EVERY,
  answerLost: EVERY,
  answerGarbled: EVERY,
  requestTwice: ['create', 'cancel'],
  slow: EVERY,
  lateAccept: ['create'],
  rateLimited: ['create', 'amend', 'order', 'openOrders', 'fills', 'account'],
  foreignAnswer: ['create', 'order', 'openOrders', 'fills', 'account'],
  noFills: ['fills'],
};

const WIRE_FAULTS = Object.keys(HAPPENS_TO) as WireFault[];
const STREAM_FAULTS: readonly StreamFault[] = [
  'messageLost', 'messageLate', 'messageTwice', 'foreignMessage',
]; // prettier-ignore

/** `null`: this request passes, so that a script can say which one does not. */
interface Scripted {
  readonly op: WireOp | 'message';
  readonly fault: Fault | null;
  left: number;
}

/**
 * What goes wrong on the wire, from a seed: the same seed gives the same faults, bit for bit.
 * Scripted faults come first, in the order they were written.
 */
export class FaultPlan {
  /** How often each fault has happened. */
  readonly counts = new Map<string, number>();
  readonly rng: SeededRng;
  rates: FaultRates;
  private readonly scripts: Scripted[] = [];

  constructor(of: { readonly seed: number; readonly rates?: FaultRates }) {
    this.rng = new SeededRng(of.seed);
    this.rates = of.rates ?? {};
  }

  /** The next `times` requests of a kind (or messages) meet this fault; null: they pass. */
  script(op: WireOp | 'message', fault: Fault | null, times = 1): void {
    this.scripts.push({ op, fault, left: times });
  }

  onRequest(op: WireOp): WireFault | null {
    const scripted = this.takeScripted(op);
    if (scripted !== undefined) return scripted as WireFault | null;
    return this.draw(WIRE_FAULTS, (fault) => HAPPENS_TO[fault].includes(op));
  }

  onMessage(): StreamFault | null {
    const scripted = this.takeScripted('message');
    if (scripted !== undefined) return scripted as StreamFault | null;
    return this.draw(STREAM_FAULTS, () => true);
  }

  /** From now on nothing goes wrong. */
  calm(): void {
    this.rates = {};
    this.scripts.length = 0;
  }

  /** Uniform whole number of `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.rng.next() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.rng.next() < probability;
  }

  count(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  private takeScripted(op: WireOp | 'message'): Fault | null | undefined {
    const at = this.scripts.findIndex((script) => script.op === op);
    const script = this.scripts[at];
    if (!script) return undefined;
    script.left -= 1;
    if (script.left <= 0) this.scripts.splice(at, 1);
    if (script.fault !== null) this.count(script.fault);
    return script.fault;
  }

  private draw<F extends Fault>(faults: readonly F[], fits: (fault: F) => boolean): F | null {
    let dice = this.rng.next();
    for (const fault of faults) {
      const rate = this.rates[fault];
      if (rate === undefined || !fits(fault)) continue;
      dice -= rate;
      if (dice >= 0) continue;
      this.count(fault);
      return fault;
    }
    return null;
  }
}
