/** The dialect without a server: signed requests and one private connection, called at once. */
import { required } from '../../../../src/domain/errors.ts';
import { type SimulatedClock, createSimulatedClock } from '../../../../src/engine/clock.ts';
import { LiveCore } from '../../../../src/exchange/emulator/core.ts';
import type { EmulatorAccount, HttpReply } from '../../../../src/exchange/emulator/dialect.ts';
import { KrakenDialect } from '../../../../src/exchange/emulator/kraken/dialect.ts';
import { apiSign } from '../../../../src/exchange/emulator/kraken/sign.ts';
import { EMULATOR_START } from '../../../support/emulator.ts';
import { GENEROUS, type Row } from './kraken-kit.ts';

/** Account `second` asks. */
export class KrakenDesk {
  readonly clock: SimulatedClock = createSimulatedClock(EMULATOR_START);
  readonly core: LiveCore;
  readonly account: EmulatorAccount;
  /** What the private connection heard. */
  readonly heard: Row[] = [];
  private readonly dialect: KrakenDialect;
  private nonce = 0;
  private listener: (text: string) => void = () => undefined;

  constructor() {
    const { clock } = this;
    this.core = new LiveCore({ dialect: 'kraken', seed: 7, clock, scheduler: clock });
    this.account = required(this.core.accounts[1], 'second account');
    this.dialect = new KrakenDialect(this.core, GENEROUS);
    const hear = (message: unknown): void => {
      this.heard.push(JSON.parse(JSON.stringify(message)) as Row);
    };
    this.dialect.connect({
      path: '/ws/private/v2',
      send: hear,
      sendUserEvent: hear,
      onMessage: (listener) => (this.listener = listener),
      onClose: () => undefined,
      close: () => undefined,
    });
  }

  /** Says something on the connection. */
  say(message: unknown): void {
    this.listener(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** A request as it is: `body` is form text, or JSON of an object. */
  request(path: string, body: string, isJson = false): HttpReply | null {
    const nonce = String((this.nonce += 1));
    const signed = isJson ? body.replace('{', `{"nonce":${nonce},`) : `nonce=${nonce}&${body}`;
    const type = isJson ? 'application/json' : 'application/x-www-form-urlencoded';
    const { key, secret } = this.account;
    const sign = apiSign({ path, nonce, body: signed, secret });
    const headers = { 'api-key': key, 'api-sign': sign, 'content-type': type };
    return this.dialect.request({ method: 'POST', path, query: '', body: signed, headers });
  }

  /** Result of a private call; null when it is refused. */
  ask(name: string, fields: Readonly<Record<string, string>> = {}): Row | null {
    const reply = this.request(`/0/private/${name}`, new URLSearchParams(fields).toString());
    const body = JSON.parse(JSON.stringify(reply?.body)) as { error: string[]; result?: Row };
    return body.error.length > 0 ? null : (body.result ?? null);
  }

  /** What an order is called on the wire. */
  wireId(venueOrderId: string): string {
    return this.dialect.wireIds(this.account).order(venueOrderId);
  }

  /** Time passes, with everything that is due. */
  pass(ms: number): void {
    const until = this.clock.now() + ms;
    while (this.clock.nextDue() <= until) this.clock.fireNext();
    this.clock.observe(until);
  }
}
