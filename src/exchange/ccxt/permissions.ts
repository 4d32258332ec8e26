import type { Instance } from './instance-type.ts';
import { toFault } from './errors.ts';
import { isMissing } from './missing.ts';
import type { KeyPermissions } from './plan.ts';
import type { ExchangeRow, PermissionWay } from './row.ts';

const CANNOT_TELL: KeyPermissions = {
  read: null,
  trade: null,
  withdraw: null,
  transfer: null,
  ipRestricted: null,
};

type Said = Readonly<Record<string, unknown>>;

interface Way {
  /** The library's name of the question. */
  readonly method: string;
  read(said: Said): KeyPermissions;
}

/**
 * What the exchange says that the key may do; null where it does not tell, is not known to, or
 * answers in a way that nobody expects. Throws what the library throws where the exchange does not
 * answer at all or refuses the key.
 */
export async function fetchKeyPermissions(
  instance: Instance,
  row: ExchangeRow,
): Promise<KeyPermissions> {
  const way = WAYS[row.permissions];
  if (way === null) return CANNOT_TELL;
  try {
    const said = await instance.raw(way.method);
    return isObject(said) ? way.read(said) : CANNOT_TELL;
  } catch (error) {
    if (isNotTold(error, { instance, row })) return CANNOT_TELL;
    throw error;
  }
}

/**
 * A test system or an emulator without this question: it answered, with something else. A key that
 * is refused, a limit, and an exchange that cannot be asked now are not for us to judge.
 */
function isNotTold(error: unknown, of: { instance: Instance; row: ExchangeRow }): boolean {
  const { instance } = of;
  if (isMissing(error, instance)) return true;
  if (!(error instanceof instance.errors.BaseError)) {
    return instance.answerOf(error)?.status === 200;
  }
  // The key may do without the right to ask what it may do.
  if (error.name === 'PermissionDenied') return true;
  if (error instanceof instance.errors.NetworkError) return false;
  const { kind } = toFault(error, { ...of, kind: 'query' });
  return kind === 'rejected' || kind === 'notFound' || kind === 'unknownOutcome';
}

const WAYS: Readonly<Record<PermissionWay, Way | null>> = {
  none: null,
  // https://developers.binance.com/docs/wallet/account/api-key-permission
  binanceRestrictions: {
    method: 'sapiGetAccountApiRestrictions',
    read: (said) => ({
      read: flag(said['enableReading']),
      trade: flag(said['enableSpotAndMarginTrading']),
      withdraw: flag(said['enableWithdrawals']),
      transfer: either(said['enableInternalTransfer'], said['permitsUniversalTransfer']),
      ipRestricted: flag(said['ipRestrict']),
    }),
  },
  // https://docs.kraken.com/api-reference/account-data/get-api-key-info
  krakenKeyInfo: {
    method: 'privatePostGetApiKeyInfo',
    read: ({ result }) => {
      const key = isObject(result) ? result : {};
      return fromWords(key['permissions'], key['ipAllowlist'] ?? key['ip_allowlist']);
    },
  },
  // https://developer.gemini.com/rest-api/common/admin/roles-endpoint
  geminiRoles: {
    method: 'privatePostV1Roles',
    read: (said) => ({
      read: either(said['isTrader'], said['isFundManager'], said['isAuditor']),
      trade: flag(said['isTrader']),
      withdraw: flag(said['isFundManager']),
      transfer: flag(said['isFundManager']),
      ipRestricted: null,
    }),
  },
  coinbaseKeyPermissions: {
    method: 'v3PrivateGetBrokerageKeyPermissions',
    // Transfers there go to other addresses too.
    read: (said) => ({
      read: flag(said['can_view']),
      trade: flag(said['can_trade']),
      withdraw: flag(said['can_transfer']),
      transfer: flag(said['can_transfer']),
      ipRestricted: null,
    }),
  },
  okxConfig: {
    method: 'privateGetAccountConfig',
    read: ({ data }) => {
      const account = Array.isArray(data) && isObject(data[0]) ? data[0] : {};
      return fromWords(splitWords(account['perm']), splitWords(account['ip']));
    },
  },
  bybitKeyInfo: {
    method: 'privateGetV5UserQueryApi',
    read: ({ result }) => {
      const key = isObject(result) ? result : {};
      const granted = isObject(key['permissions'])
        ? Object.values(key['permissions']).flat()
        : null;
      return fromWords(granted, key['ips']);
    },
  },
  kucoinKeyInfo: {
    method: 'privateGetUserApiKey',
    read: ({ data }) => {
      const key = isObject(data) ? data : {};
      return fromWords(splitWords(key['permission']), splitWords(key['ipWhitelist'] ?? ''));
    },
  },
};

/** Exchanges that list what is granted: a word that is missing is not granted. */
function fromWords(granted: unknown, addresses: unknown): KeyPermissions {
  if (!Array.isArray(granted) || granted.length === 0) return CANNOT_TELL;
  const has = (word: RegExp) => granted.some((one) => typeof one === 'string' && word.test(one));
  return {
    read: has(/query|read|general|view/i) || null,
    // `query-open-trades` of kraken is to look, not to trade.
    trade: has(/^(?!query).*(?:trade|modify|order)/i),
    withdraw: has(/withdraw/i),
    transfer: has(/transfer|withdraw/i),
    ipRestricted: Array.isArray(addresses) ? addresses.some((one) => one !== '*') : null,
  };
}

function splitWords(text: unknown): readonly string[] | null {
  if (typeof text !== 'string') return null;
  return text.split(',').filter((word) => word.trim() !== '');
}

const isObject = (value: unknown): value is Said =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function flag(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  return value === 'true' || value === 'false' ? value === 'true' : null;
}

/** True when one is; null when none is and one cannot be read. */
function either(...values: readonly unknown[]): boolean | null {
  const read = values.map(flag);
  if (read.includes(true)) return true;
  return read.includes(null) ? null : false;
}
