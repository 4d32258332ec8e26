/** Signed requests about order lists (OCO). */
import { type OrderLists, ofOlderRequest } from './order-lists.ts';
import { type Route, trade, userGet } from './route.ts';
import type { SpotAccount } from './spot-account.ts';

const API = '/api/v3';

/** Requests about order lists; `listsOf` keeps those of an account. */
export function listRoutes(listsOf: (account: SpotAccount) => OrderLists): Route[] {
  return [
    trade('POST', [`${API}/orderList/oco`, 'orderList.place.oco', 1], (params, of) =>
      listsOf(of).place(params),
    ),
    trade('POST', [`${API}/order/oco`, 'orderList.place', 1], (params, of) =>
      listsOf(of).place(ofOlderRequest(params)),
    ),
    trade('DELETE', [`${API}/orderList`, 'orderList.cancel', 1], (params, of) =>
      listsOf(of).cancel(params),
    ),
    userGet([`${API}/orderList`, 'orderList.status', 4], (params, of) => listsOf(of).find(params)),
    userGet([`${API}/allOrderList`, 'allOrderLists', 20], (_params, of) => listsOf(of).all(false)),
    userGet([`${API}/openOrderList`, 'openOrderLists.status', 6], (_params, of) =>
      listsOf(of).all(true),
    ),
  ];
}
