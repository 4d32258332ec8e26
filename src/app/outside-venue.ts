/** A venue outside this process for a run: the order manager over a wire. */
import { randomInt } from 'node:crypto';
import type { OutsideVenue } from '../backtest/account-run.ts';
import { type RunId, createRunId } from '../domain/ids.ts';
import { SeededRng } from '../domain/rng.ts';
import { SECOND_MS } from '../domain/time.ts';
import { createWallClock, monotonicMs } from '../engine/clock.ts';
import { type Gateway, createGateway } from '../exchange/gateway/gateway.ts';
import type { Log, VenueClient } from '../ports.ts';
import { type Redact, redactWords } from '../store/redact.ts';

/** The order manager of a session, to be given to its run. */
export interface GatewayVenue extends OutsideVenue {
  /** Sends and posts nothing more; what lies outside lives on. */
  stop(): Promise<void>;
  /** Null until the run is there. */
  readonly gateway: Gateway | null;
}

/** Runs on a market outside outlive the process: their ids never repeat (DECISIONS 8). */
export const newRunId = (): RunId =>
  createRunId(createWallClock().now(), () => randomInt(36 ** 3) / 36 ** 3);

/** The order manager over the client of one account. */
export function outsideVenue(of: {
  readonly client: VenueClient;
  readonly accountId: string;
  readonly seed: number;
  readonly log: Log;
  readonly redact: Redact;
  readonly alarm: (text: string) => void;
}): GatewayVenue {
  let gateway: Gateway | null = null;
  return {
    start: () => gateway?.start(),
    stop: () =>
      new Promise((resolve) => {
        if (gateway === null) resolve();
        else gateway.stop(resolve);
      }),
    get gateway() {
      return gateway;
    },
    run: newRunId(),
    connect: ({ state, clock, post, isGateClosed }) => {
      const { deadMan, deadManSeconds } = state.settings.limits;
      gateway = createGateway({
        client: of.client,
        // What the venue says is journaled, shown and exported: without secrets, and bounded.
        post: (event) => post(redactWords(of.redact, event)),
        isGateClosed,
        books: () => state.money,
        knowsRun: (run) => state.money.runs.has(run),
        accountId: of.accountId,
        transport: {
          now: monotonicMs,
          after(ms, fire) {
            const timer = setTimeout(fire, ms);
            return () => clearTimeout(timer);
          },
        },
        clock,
        rng: new SeededRng(of.seed),
        log: of.log,
        alarm: of.alarm,
        deadManMs: deadMan ? deadManSeconds * SECOND_MS : null,
      });
      return gateway;
    },
  };
}
