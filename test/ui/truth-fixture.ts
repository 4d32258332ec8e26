import type { SessionView } from '../../src/app/session-types.ts';

/** Nothing is in doubt, nothing is anybody else's. */
export const truth = (): SessionView['truth'] => ({
  recovering: null,
  heldState: 'running',
  stopUnproven: false,
  externalOrders: [],
  drifts: [],
  unknownOrders: 0,
  inferredFills: 0,
  tombstones: 0,
});
