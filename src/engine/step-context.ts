import type { RecordBody } from '../domain/record.ts';
import type { Effect, ExecutionContext } from '../execution/context.ts';
import { review } from '../risk/review.ts';
import type { Log, VenueAbilities } from '../ports.ts';
import { reviewContext } from './review-context.ts';
import type { EngineState } from './state.ts';

/** What one step may use: the state, the journal, the outbox. No I/O, no clock, no randomness. */
export interface StepContext extends ExecutionContext {
  readonly state: EngineState;
  /** Null where nobody reads: then no message is put together. */
  readonly log: Log | null;
}

/** The context of every step of a run, over what the run lends it. */
export function createStepContext(ports: {
  readonly state: EngineState;
  readonly abilities: VenueAbilities;
  readonly isOutside: boolean;
  readonly record: (body: RecordBody) => void;
  readonly send: (effect: Effect) => void;
  readonly log: Log | null;
}): StepContext {
  const { state, abilities, isOutside, record, send, log } = ports;
  state.market.abilities = abilities;
  return {
    state,
    abilities,
    money: state.money,
    truth: state.truth,
    isOutside,
    log,
    record,
    send,
    now: () => state.market.now,
    review: (request, by) => review(request, reviewContext(state, request, by)),
    lastPrice: (symbol) => state.market.symbols.get(symbol)?.lastPrice ?? 0,
  };
}
