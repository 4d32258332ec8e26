/** Child of kill.test.ts: appends, compacts now and then, and tells each acknowledgement. */
import { writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';

import { add, openSum } from './store-kit.ts';

// Nobody who is killed keeps at its end what was compiled; the next one starts sooner with it.
flushCompileCache();
const [dir = ''] = process.argv.slice(2);
const store = await openSum(dir, { compactAt: { records: 150, bytes: 1e9 } });
const { journal, recovery } = store;
writeSync(1, `recovered ${recovery.lastN} ${store.db.data.total}\n`);

journal.onDurable(() => writeSync(1, `ack ${journal.durable}\n`));
for (;;) {
  const batch = 1 + (journal.last % 4);
  for (let i = 0; i < batch; i += 1) add(store, journal.last + 1, `record ${journal.last + 1}`);
  journal.commit();
  if (store.compactionDue) void store.db.write();
  await new Promise((resolve) => setImmediate(resolve));
}
