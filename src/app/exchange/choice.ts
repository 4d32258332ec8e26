/** Which accounts of which exchanges a run trades, from flags and `config/exchanges/`. */
import type { LoadedConfig, LoadedExchange } from '../../config/load.ts';
import { nearOrKnown, quoted } from '../../config/nearest.ts';
import { InputError, required } from '../../domain/errors.ts';
import type { RiskLimits } from '../../domain/limits.ts';
import { parseSymbol } from '../../domain/market.ts';
import { EXCHANGES, findExchange } from '../../exchange/ccxt/catalog.ts';
import type { Credentials, ExchangePlan } from '../../exchange/ccxt/plan.ts';
import type { RunOptions } from '../run-options.ts';
import type { Mode } from '../session-types.ts';
import { SIMULATED_ACCOUNT } from '../simulation.ts';

export type ExchangeMode = Extract<Mode, 'paper' | 'testnet' | 'live'>;

/** Do market data come from an exchange, and time from this machine? */
export const isExchangeMode = (mode: string): mode is ExchangeMode =>
  mode === 'paper' || mode === 'testnet' || mode === 'live';

export interface ExchangeChoice {
  readonly plan: ExchangePlan;
  /** A local exchange of the session's own takes its place; it is started or found at the open. */
  readonly ownEmulator: boolean;
  /** Key in the keystore; null: of the environment, or the only one there is. */
  readonly keyName: string | null;
  /** Limits of this account that differ from the others'. */
  readonly risk: Partial<RiskLimits>;
  /** What messages name: a file, a flag. */
  readonly source: string;
  /** What signs; asked for before the session opens. Null: public data, or an own emulator. */
  readonly credentials?: Credentials | null;
  /** Hears how far the connection is, for whoever waits. */
  readonly onProgress?: (progress: ConnectProgress) => void;
}

export interface ConnectProgress {
  readonly step: 'emulator' | 'connect' | 'history';
  readonly done: number;
  readonly total: number;
}

/** Name of the account in journal and screens: `binance:main`, or `paper` where it is simulated. */
export function accountOf({ exchange = null }: Pick<RunOptions, 'exchange'>): string {
  return exchange === null ? SIMULATED_ACCOUNT : `${exchange.plan.id}:${exchange.plan.account}`;
}

/** The mode of a run: whoever names an exchange and no mode means the one that costs nothing. */
export function modeOf({ settings, sources }: LoadedConfig): Mode {
  const { mode, exchange, emulator } = settings.general;
  const isNamed = exchange !== null || emulator;
  const isTyped = /^(--|TAPEDECK_)/.test(sources.get('general.mode') ?? '');
  return isNamed && !isTyped && mode === 'demo' ? 'paper' : mode;
}

/** Does the run practice on an emulator? Its books then lie in a place of their own. */
export function isEmulated(config: LoadedConfig, mode: string): boolean {
  if (!isExchangeMode(mode)) return false;
  const [first] = chosenFiles(config);
  return config.settings.general.emulator || (first?.endpoint ?? null) !== null;
}

/** The accounts of a run, the first one leading. Throws InputError. */
export function chooseExchanges(config: LoadedConfig, mode: ExchangeMode): ExchangeChoice[] {
  const { exchange } = config.settings.general;
  const files = chosenFiles(config);
  if (files.length === 0 && exchange === null) {
    throw new InputError(
      `mode ${mode} needs an exchange: --exchange binance, or config/exchanges/binance.json; ` +
        'add --emulator to practice on a local one',
    );
  }
  if (files.length > 0) return files.map((file) => fromFile(config, mode, file));
  const source = config.sources.get('general.exchange') ?? '';
  const account = { id: required(exchange, 'exchange'), account: 'main', key: null };
  return [fromFile(config, mode, { ...account, source, endpoint: null, symbols: null })];
}

/** Files of the exchange that was named, else the enabled ones. */
function chosenFiles({ settings, exchanges }: LoadedConfig): readonly LoadedExchange[] {
  const { exchange } = settings.general;
  if (exchange === null) return exchanges.filter(({ enabled }) => enabled);
  const named = exchanges.filter(({ id }) => id === exchange);
  const enabled = named.filter(({ enabled: isOn }) => isOn);
  return enabled.length > 0 ? enabled : named.slice(0, 1);
}

type AccountFile = Pick<
  LoadedExchange,
  'id' | 'account' | 'key' | 'endpoint' | 'symbols' | 'source'
> &
  Partial<Pick<LoadedExchange, 'sandbox' | 'risk'>>;

/** Without what nobody set. */
function definedOnly(risk: LoadedExchange['risk']): Partial<RiskLimits> {
  return Object.fromEntries(Object.entries(risk).filter(([, value]) => value !== undefined));
}

function fromFile(config: LoadedConfig, mode: ExchangeMode, file: AccountFile): ExchangeChoice {
  const { id, account, key, endpoint, source } = file;
  const { emulator } = config.settings.general;
  if (mode === 'live' && file.sandbox === true) {
    const fix = 'use --mode testnet, or set sandbox to false for an account with real money';
    throw new InputError(`${source}: sandbox is true, mode live is refused: ${fix}`, 3);
  }
  checkOffer(mode, { id, isEmulated: emulator || endpoint !== null, source });
  if (emulator && endpoint !== null) {
    throw new InputError(`${source} has an endpoint already; leave --emulator out, or remove it`);
  }
  const symbols = symbolsOf(config, file);
  const venue = mode === 'paper' ? 'data' : mode;
  return {
    plan: { id, account, venue, endpoint, ...symbols },
    ownEmulator: emulator,
    keyName: key,
    risk: definedOnly(file.risk ?? {}),
    source,
  };
}

/** Is the exchange one of ours, and this mode proven there? Practice needs no proof. */
function checkOffer(
  mode: ExchangeMode,
  { id, isEmulated, source }: { id: string; isEmulated: boolean; source: string },
): void {
  const row = findExchange(id);
  if (row === undefined && mode !== 'paper') {
    const known = EXCHANGES.map((one) => one.id);
    const near = nearOrKnown(id, known);
    throw new InputError(`${source}: exchange ${quoted(id)} is for mode paper at most${near}`, 3);
  }
  const offer = row?.modes[mode];
  if (offer === undefined || offer.offered || isEmulated) return;
  throw new InputError(`${source}: mode ${mode} is not offered on ${id}: ${offer.why}`, 3);
}

/** Of exchanges spot markets are traded, and nothing that can lose more than it costs. */
function checkSpot(symbols: readonly string[], source: string): void {
  const other = symbols.find((symbol) => parseSymbol(symbol)?.kind !== 'spot');
  if (other !== undefined) {
    const why = 'derivatives of exchanges are not traded yet, spot markets such as BTC/USDT are';
    throw new InputError(`${source}: symbol ${other} is refused: ${why}`);
  }
  // Limits, sizes and equity are sums of money: one account counts in one currency.
  const [first = '', ...rest] = symbols;
  const quote = parseSymbol(first)?.quote ?? '';
  const foreign = rest.find((symbol) => parseSymbol(symbol)?.quote !== quote);
  if (foreign === undefined) return;
  const why = `${first} counts in ${quote}; markets in another currency need a run of their own`;
  throw new InputError(`${source}: symbol ${foreign} is refused: ${why}`);
}

function symbolsOf(
  { settings, sources }: LoadedConfig,
  file: AccountFile,
): Pick<ExchangePlan, 'symbols' | 'isLenient'> {
  const { symbols } = settings.general;
  const isTyped = /^(--|TAPEDECK_)/.test(sources.get('general.symbols') ?? '');
  if (isTyped) {
    checkSpot(symbols, sources.get('general.symbols') ?? '');
    return { symbols };
  }
  if (file.symbols !== null) {
    checkSpot(file.symbols, file.source);
    return { symbols: file.symbols };
  }
  // What the demo market has besides is no spot market; nobody asked for it here.
  const spot = symbols.filter((symbol) => parseSymbol(symbol)?.kind === 'spot');
  checkSpot(spot, sources.get('general.symbols') ?? '');
  return { symbols: spot, isLenient: true };
}
