/** What the emergency thread needs of a venue outside this process, and where it gets it. */
import { messageOf } from '../../domain/errors.ts';
import type { VenueResult } from '../../domain/venue.ts';
import { type PracticeClient, connectPractice } from '../../exchange/practice/socket-client.ts';

/** A wire of its own: nothing else is ever queued on it, and it is connected before it is needed. */
export type EmergencyClient = Pick<
  PracticeClient,
  'cancelOrder' | 'fetchOpenOrders' | 'fetchAccount' | 'closePosition' | 'close'
>;

/** Says as plain data which client to make: it crosses threads. No secrets. */
export interface WirePlan {
  /** A practice exchange behind a Unix socket. */
  readonly kind: 'practice';
  readonly socket: string;
}

/** Makes the client of a plan and connects it. Faults come as answers, never as a throw. */
export function createEmergencyClient(plan: WirePlan): EmergencyClient {
  switch (plan.kind) {
    case 'practice':
      return keepConnecting(() => connectPractice(plan.socket));
    default:
      return plan.kind satisfies never;
  }
}

/** The client of a plan once it is connected. Rejects when nobody answers there. */
export function connectEmergencyClient(plan: WirePlan): Promise<EmergencyClient> {
  return connectPractice(plan.socket);
}

/** The venue may come up later than we do. */
const AGAIN_MS = 250;

/** Until there is a connection, everything is proven not carried out. */
function keepConnecting(connect: () => Promise<EmergencyClient>): EmergencyClient {
  let client: EmergencyClient | null = null;
  let problem = 'the exchange is not connected yet';
  let isClosed = false;
  const open = (): void => {
    connect().then(
      (connected) => {
        if (isClosed) connected.close();
        else client = connected;
      },
      (error: unknown) => {
        problem = messageOf(error);
        if (!isClosed) setTimeout(open, AGAIN_MS).unref();
      },
    );
  };
  open();
  const down = (): VenueResult<never> => ({ ok: false, fault: { kind: 'down', reason: problem } });
  return {
    cancelOrder: (ref, answer) => (client ? client.cancelOrder(ref, answer) : answer(down())),
    fetchOpenOrders: (answer) => (client ? client.fetchOpenOrders(answer) : answer(down())),
    fetchAccount: (answer) => (client ? client.fetchAccount(answer) : answer(down())),
    closePosition: (position, answer) =>
      client ? client.closePosition(position, answer) : answer(down()),
    close() {
      isClosed = true;
      client?.close();
    },
  };
}
