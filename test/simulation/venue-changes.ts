/** What an exchange does to its markets on a day: coarser grids and back, a market that closes. */
import { MINUTE_MS } from '../../src/domain/time.ts';
import type { Dice } from './dice.ts';
import { MARKETS, type World } from './world.ts';

/** Lets markets change so many times a day, while `mayClose` says that a closed one opens in time. */
export function planChanges(
  world: World,
  of: { readonly perDay: number; readonly dice: Dice; mayClose(forMs: number): boolean },
): void {
  const { exchange, clock, plan } = world;
  const { dice } = of;
  clock.after(dice.wait(of.perDay), () => {
    const { symbol } = dice.pick(MARKETS);
    const forMs = dice.between(5, 40) * MINUTE_MS;
    if (dice.chance(0.6)) {
      exchange.setCoarse(symbol, !exchange.isCoarse(symbol));
      plan.count('gridChanged');
    } else if (of.mayClose(forMs)) {
      exchange.setClosed(symbol, true);
      plan.count('marketClosed');
      clock.after(forMs, () => exchange.setClosed(symbol, false));
    }
    planChanges(world, of);
  });
}
