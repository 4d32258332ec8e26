/** Child of file-limit.test.ts: appends until the file may not grow, then tells how it ended. */
import { writeSync } from 'node:fs';

import { add, openSum } from './store-kit.ts';

const [dir = ''] = process.argv.slice(2);
const store = await openSum(dir);
let failed = '';
store.journal.onFailed((reason) => {
  failed = reason;
});
while (failed === '') {
  // No lump of records may reach the limit before the first ones are durable.
  if (store.journal.last - store.journal.durable < 10) add(store, 1);
  store.journal.commit();
  await new Promise((resolve) => setImmediate(resolve));
}
await store.journal.close();
const { durable, failure } = store.journal;
writeSync(1, JSON.stringify({ failed, errno: failure?.details.errno, durable }));
