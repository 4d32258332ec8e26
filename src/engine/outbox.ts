import type { OrderId } from '../domain/ids.ts';
import type { Effect } from '../execution/context.ts';

interface Waiting {
  readonly effect: Effect;
  /** Record number that must be durable before the effect may leave. */
  readonly needs: number;
}

/** What is to leave, and what it waits for (DECISIONS 1). */
export interface Outbox {
  readonly isEmpty: boolean;
  push(effect: Effect, needs: number): void;
  /** What may leave next: orders up to one record number, words up to another. */
  take(durable: number, said: number): Effect | null;
  /** Takes back a create that has not left; false when it has. */
  removeSubmit(orderId: OrderId): boolean;
}

/** Cancels and questions wait for no disk. */
const isUngated = ({ kind }: Effect): boolean =>
  kind === 'cancel' || kind === 'cancelExternal' || kind === 'report';

/** Effects in the order they were decided: cancels first, venue effects, gated words. */
export function createOutbox(inProcess: boolean): Outbox {
  const urgent: Effect[] = [];
  const venue: Waiting[] = [];
  const words: Waiting[] = [];
  return {
    get isEmpty() {
      return urgent.length === 0 && venue.length === 0 && words.length === 0;
    },
    push(effect, needs) {
      if (effect.kind === 'notice') words.push({ effect, needs });
      // In the process the order of sends is kept: a cancel may make room for the next create.
      else if (!inProcess && isUngated(effect)) urgent.push(effect);
      else venue.push({ effect, needs });
    },
    take(durable, said) {
      const first = urgent.shift();
      if (first) return first;
      const next = venue[0];
      if (next && (inProcess || next.needs <= durable)) {
        venue.shift();
        return next.effect;
      }
      const word = words[0];
      if (!word || word.needs > said) return null;
      words.shift();
      return word.effect;
    },
    removeSubmit(orderId) {
      if (inProcess) return false;
      const at = venue.findIndex(
        ({ effect }) => effect.kind === 'submit' && effect.order.id === orderId,
      );
      if (at >= 0) venue.splice(at, 1);
      return at >= 0;
    },
  };
}
