/** Opening a session on an exchange, tried again while the exchange does not answer. */
import { InputError, messageOf } from '../../domain/errors.ts';
import { inSeconds } from '../../domain/time.ts';
import { EXIT } from '../failure.ts';
import type { RunOptions } from '../run-options.ts';
import type { ConnectProgress, ExchangeChoice } from './choice.ts';

/** The way to the exchange as a screen shows it. */
export interface ConnectView {
  /** Such as `LIVE` or `PAPER · EMULATOR`. */
  readonly mode: string;
  readonly isLive: boolean;
  /** Account and address. */
  readonly place: string;
  readonly steps: readonly {
    readonly text: string;
    readonly state: 'done' | 'now' | 'later';
    /** Null where it has no parts. */
    readonly fraction: number | null;
  }[];
  /** Why the newest attempt came to nothing, and when the next begins; null while it goes well. */
  readonly problem: string | null;
}

const STEPS: readonly { readonly step: ConnectProgress['step']; readonly text: string }[] = [
  { step: 'emulator', text: 'local exchange' },
  { step: 'connect', text: 'library, markets and clock' },
  { step: 'history', text: 'history of the markets' },
];

/** First wait before it is tried again; doubled up to the longest. */
const AGAIN_MS = 2_000;
const LONGEST_MS = 60_000;

export class Connecting {
  private readonly options: RunOptions;
  private readonly choice: ExchangeChoice;
  private readonly listeners = new Set<() => void>();
  private progress: ConnectProgress | null = null;
  private problem: string | null = null;
  private cached: ConnectView | null = null;
  private isStopped = false;
  private wake: () => void = () => undefined;

  constructor(options: RunOptions, choice: ExchangeChoice) {
    this.options = options;
    this.choice = choice;
  }

  /**
   * Opens until it succeeds. Rejects at once with what no waiting mends (a wrong key, an unknown
   * symbol), and with the newest failure once it was stopped.
   */
  async open<T>(open: (options: RunOptions) => Promise<T>): Promise<T> {
    const onProgress = (progress: ConnectProgress): void => this.show({ progress, problem: null });
    const options = { ...this.options, exchange: { ...this.choice, onProgress } };
    for (let waitMs = AGAIN_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_MS)) {
      try {
        return await open(options);
      } catch (error) {
        const isNetwork = error instanceof InputError && error.exitCode === EXIT.network;
        if (!isNetwork || this.isStopped) throw error;
        const again = `trying again in ${inSeconds(waitMs)}`;
        this.show({ progress: null, problem: `${messageOf(error)}; ${again}` });
        await this.pause(waitMs);
        if (this.isStopped) throw error;
      }
    }
  }

  /** No further attempt. */
  stop(): void {
    this.isStopped = true;
    this.wake();
  }

  readonly view = (): ConnectView => (this.cached ??= this.makeView());

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private show(of: { readonly progress: ConnectProgress | null; readonly problem: string | null }) {
    this.progress = of.progress;
    this.problem = of.problem;
    this.cached = null;
    for (const listener of this.listeners) listener();
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private makeView(): ConnectView {
    const { mode } = this.options;
    const { plan, ownEmulator } = this.choice;
    const isEmulated = ownEmulator || plan.endpoint !== null;
    const at = STEPS.findIndex(({ step }) => step === this.progress?.step);
    const steps = STEPS.filter(({ step }) => step !== 'emulator' || ownEmulator).map((one) => {
      const index = STEPS.indexOf(one);
      const state = index < at ? 'done' : index === at ? 'now' : 'later';
      const { done, total } = this.progress ?? { done: 0, total: 1 };
      const fraction = state === 'now' && total > 1 ? done / total : null;
      return { text: one.text, state, fraction } as const;
    });
    return {
      mode: `${mode.toUpperCase()}${isEmulated ? ' · EMULATOR' : ''}`,
      isLive: mode === 'live',
      place: `${plan.id}:${plan.account}${plan.endpoint === null ? '' : ` at ${plan.endpoint}`}`,
      steps,
      problem: this.problem,
    };
  }
}
