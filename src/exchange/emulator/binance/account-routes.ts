/** Signed questions about the account: money, fees, what the key may do, own executions. */
import { type Decimal, ZERO } from '../../../domain/decimal.ts';
import type { EmulatorCore } from '../dialect.ts';
import { badCombination } from './api-error.ts';
import { balanceRow, numberOf, ownTradeRow } from './order-shapes.ts';
import type { Params } from './params.ts';
import { type Route, userGet } from './route.ts';
import type { SpotAccount } from './spot-account.ts';
import { amountText, chosenMarkets, requireMarket, symbolId } from './symbols.ts';

const API = '/api/v3';
const SAPI = '/sapi/v1';
const MOST_ROWS = 1_000;

/** What a client may ask about its account, over a core. */
export function accountRoutes(core: EmulatorCore): Route[] {
  return [
    userGet([`${API}/account`, 'account.status', 20], (params, of) =>
      accountInfo(core, params, of),
    ),
    userGet([`${API}/myTrades`, 'myTrades', 20], (params, of) => ownTrades(core, params, of)),
    userGet([`${SAPI}/asset/tradeFee`, null, 1], (params) =>
      chosenMarkets(core.market, params).map((market) => ({
        symbol: symbolId(market),
        makerCommission: amountText(market.makerFeeRate),
        takerCommission: amountText(market.takerFeeRate),
      })),
    ),
    userGet([`${SAPI}/account/apiRestrictions`, null, 1], (_params, of) => restrictions(core, of)),
    userGet([`${SAPI}/capital/config/getall`, null, 10], (_params, of) => coins(core, of)),
  ];
}

function accountInfo(core: EmulatorCore, params: Params, of: SpotAccount): unknown {
  const { permissions } = of.of;
  const market = core.market.markets[0];
  const rates = {
    maker: amountText(market?.makerFeeRate ?? ZERO),
    taker: amountText(market?.takerFeeRate ?? ZERO),
    buyer: amountText(ZERO),
    seller: amountText(ZERO),
  };
  const rows = of.balances().map(balanceRow);
  const omitsZero = params.text('omitZeroBalances') === 'true';
  const isEmpty = ({ free, locked }: (typeof rows)[number]): boolean =>
    free === amountText(ZERO) && locked === amountText(ZERO);
  return {
    commissionRates: rates,
    canTrade: permissions.trade,
    canWithdraw: permissions.withdraw,
    canDeposit: true,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: core.clock.now(),
    accountType: 'SPOT',
    balances: omitsZero ? rows.filter((row) => !isEmpty(row)) : rows,
    permissions: ['SPOT'],
    uid: numberOf(`1${of.of.key.replace(/\D/g, '').slice(0, 8)}`),
  };
}

function ownTrades(core: EmulatorCore, params: Params, of: SpotAccount): unknown {
  const { symbol } = requireMarket(core.market, params);
  const [orderId, fromId] = [params.whole('orderId'), params.whole('fromId')];
  const [start, end] = [params.whole('startTime'), params.whole('endTime')];
  if (fromId !== null && (start !== null || end !== null)) throw badCombination();
  const limit = params.limit(500, MOST_ROWS);
  const fits = of
    .fills(start ?? 0)
    .filter(
      (fill) =>
        fill.symbol === symbol &&
        (orderId === null || numberOf(fill.venueOrderId) === orderId) &&
        numberOf(fill.id) >= (fromId ?? 0) &&
        fill.time <= (end ?? Number.POSITIVE_INFINITY),
    );
  const isNewest = fromId === null && start === null;
  const chosen = isNewest ? fits.slice(-limit) : fits.slice(0, limit);
  return chosen.map((fill) => ownTradeRow(fill, of.note(fill.venueOrderId, symbol)));
}

function restrictions(core: EmulatorCore, { of: { permissions } }: SpotAccount): unknown {
  const { trade, withdraw, transfer, ipRestricted } = permissions;
  return {
    ipRestrict: ipRestricted,
    createTime: core.clock.now(),
    enableReading: true,
    enableSpotAndMarginTrading: trade,
    enableWithdrawals: withdraw,
    enableInternalTransfer: transfer,
    permitsUniversalTransfer: transfer,
    enableMargin: false,
    enableFutures: false,
    enableVanillaOptions: false,
  };
}

function coins(core: EmulatorCore, of: SpotAccount): unknown {
  const assets = new Set(core.market.markets.flatMap(({ base, quote }) => [base, quote]));
  const held = new Map(of.balances().map((balance) => [balance.asset, balance]));
  const text = (value: Decimal | undefined): string => amountText(value ?? ZERO);
  return Array.from(assets, (asset) => ({
    coin: asset,
    name: asset,
    isLegalMoney: false,
    trading: true,
    depositAllEnable: false,
    withdrawAllEnable: false,
    networkList: [],
    free: text(held.get(asset)?.free),
    locked: text(held.get(asset)?.locked),
  }));
}
