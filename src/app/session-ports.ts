import type { TripCollector } from '../backtest/trades.ts';
import type { RecordBody } from '../domain/record.ts';
import type { MoneyState } from '../execution/money.ts';
import type { LogFile } from '../store/log-file.ts';
import type { Store } from '../store/snapshot.ts';
import type { LiveGate } from './live-gate.ts';
import type { MarketSource } from './market-source.ts';
import type { Recorder } from './recorder.ts';
import type { RuleCounter } from './rule-counter.ts';
import type { RunOptions } from './run-options.ts';
import type { ExchangeView, RecoveredView } from './session-types.ts';
import type { SpaceGuard } from './state/space-guard.ts';

/** What a session is wired to. */
export interface SessionPorts {
  readonly options: RunOptions;
  /** The state directory's real path. */
  readonly directory: string;
  readonly source: MarketSource;
  readonly store: Store<MoneyState, RecordBody>;
  readonly logFile: LogFile;
  readonly space: SpaceGuard;
  readonly recovered: RecoveredView | null;
  readonly rules: RuleCounter;
  /** Null without `--trades`: a console collects nothing that only grows. */
  readonly trips: TripCollector | null;
  /** Null without `--record`. */
  readonly recorder: Recorder | null;
  /** The engine threw: the next start has to be stopped, whatever the journal says. */
  readonly onCrash: (reason: string) => void;
  /** What stands before real orders; left out where there is no exchange to trade on. */
  readonly gate?: LiveGate | null;
  /** How the exchange is reached now; left out where there is none. */
  readonly exchange?: () => ExchangeView;
  /** Answers of the session that this one goes on for. */
  readonly noticesBefore: number;
}
