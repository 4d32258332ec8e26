/** What the emergency thread needs of a venue outside this process, and where it gets it. */
import { messageOf } from '../../domain/errors.ts';
import { Secret } from '../../domain/secret.ts';
import type { VenueResult } from '../../domain/venue.ts';
import type { EmergencyClientOptions } from '../../exchange/ccxt/emergency-client.ts';
import type { ExchangePlan } from '../../exchange/ccxt/plan.ts';
import { type PracticeClient, connectPractice } from '../../exchange/practice/socket-client.ts';

/** A wire of its own: nothing else is ever queued on it, and it is connected before it is needed. */
export type EmergencyClient = Pick<
  PracticeClient,
  'cancelOrder' | 'fetchOpenOrders' | 'fetchAccount' | 'closePosition' | 'close'
>;

/** Says as plain data which client to make: it crosses threads. No secrets. */
export type WirePlan =
  /** A practice exchange behind a Unix socket. */
  | { readonly kind: 'practice'; readonly socket: string }
  /** A real exchange, or an emulator of one: account and keys follow once it is connected. */
  | { readonly kind: 'exchange' };

/** What the client of an exchange is made of, as it crosses to the thread. */
export interface ExchangeReach {
  readonly plan: ExchangePlan;
  readonly accountId: string;
  /** The library's own markets of the plan's symbols. */
  readonly markets: readonly unknown[];
  /** Bytes of the key's parts, handed over: they are wiped with the client. */
  readonly keys: {
    readonly key: Uint8Array;
    readonly secret: Uint8Array;
    readonly passphrase: Uint8Array | null;
  };
}

/** What only one of the wires needs. */
export interface WireNeeds {
  /** Resolves when the exchange is known. */
  readonly reach: Promise<ExchangeReach>;
  /** Next number of a key that others sign with as well. */
  readonly nonce: () => number;
}

/** Makes the client of a plan and connects it. Faults come as answers, never as a throw. */
export function createEmergencyClient(plan: WirePlan, needs: WireNeeds): EmergencyClient {
  switch (plan.kind) {
    case 'practice':
      return keepConnecting(() => connectPractice(plan.socket));
    case 'exchange':
      return keepConnecting(async () => connectReach(await needs.reach, needs.nonce));
    default:
      return plan satisfies never;
  }
}

async function connectReach(reach: ExchangeReach, nonce: () => number): Promise<EmergencyClient> {
  const { keys, ...of } = reach;
  const credentials = {
    key: new Secret(keys.key),
    secret: new Secret(keys.secret),
    passphrase: keys.passphrase === null ? null : new Secret(keys.passphrase),
  };
  const client = await connectExchange({ ...of, credentials, nonce });
  // The first question takes the way that every later one takes: signature, connection, answer.
  client.fetchOpenOrders(() => undefined);
  return {
    cancelOrder: (ref, answer) => client.cancelOrder(ref, answer),
    fetchOpenOrders: (answer) => client.fetchOpenOrders(answer),
    fetchAccount: (answer) => client.fetchAccount(answer),
    closePosition: (position, answer) => client.closePosition(position, answer),
    close() {
      client.close();
      for (const part of Object.values(credentials)) part?.wipe();
    },
  };
}

/**
 * The client of an exchange, once it can cancel. The library is loaded here and no sooner: it takes
 * half a second. Rejects where the exchange is needed and does not answer.
 */
export async function connectExchange(
  of: Omit<EmergencyClientOptions, 'now'>,
): Promise<EmergencyClient> {
  const { openEmergencyClient } = await import('../../exchange/ccxt/emergency-client.ts');
  return openEmergencyClient({ ...of, now: () => Date.now() });
}

/** The client of a practice exchange once it is connected. Rejects when nobody answers there. */
export const connectPracticeClient = (socket: string): Promise<EmergencyClient> =>
  connectPractice(socket);

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
