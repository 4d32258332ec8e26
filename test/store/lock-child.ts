/** Child of lock.test.ts: takes the lock, says so, and holds it until it is killed. */
import { acquireLock } from '../../src/store/lock.ts';

const [dir = '', key = ''] = process.argv.slice(2);
await acquireLock({ dir, key });
process.stdout.write('held\n');
setInterval(() => undefined, 1_000);
