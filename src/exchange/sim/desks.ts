import { ZERO, decimal, quantizeNumber } from '../../domain/decimal.ts';
import { type Market, grantedLeverage } from '../../domain/market.ts';
import { type Position, createPosition } from '../../domain/position.ts';
import type { Desk } from './desk.ts';
import type { SimModel } from './models.ts';

const LEVERAGE_GRID = decimal('0.01');

/** An empty desk for every market, by symbol; leverage capped by what the market grants. */
export function createDesks(markets: readonly Market[], model: SimModel): Map<string, Desk> {
  const desks = new Map<string, Desk>();
  for (const market of markets) {
    const granted = grantedLeverage(market, model.leverage);
    const line = {
      market,
      position: createPosition(market.symbol),
      leverage: quantizeNumber(granted, LEVERAGE_GRID, 'down'),
      mark: Number.NaN,
      buys: ZERO,
      sells: ZERO,
    };
    desks.set(market.symbol, {
      market,
      line,
      orders: [],
      book: null,
      hasTape: false,
      candle: null,
      phase: 'close',
    });
  }
  return desks;
}

/** Copies recovered positions into the desks: the engine's own objects stay the engine's. */
export function seedPositions(desks: Map<string, Desk>, positions: Iterable<Position>): void {
  for (const position of positions) {
    const desk = desks.get(position.symbol);
    if (desk) Object.assign(desk.line.position, position);
  }
}
