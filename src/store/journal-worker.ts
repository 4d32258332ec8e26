/** The journal's thread: blocking writes and fdatasync away from the engine and the pool. */
import { parentPort } from 'node:worker_threads';
import { serveJournal, type ToDisk } from './journal-disk.ts';
import { realFs } from './store-fs.ts';

const port = parentPort;
if (port === null) throw new Error('journal-worker is started by the journal, not by hand');

const handle = serveJournal(realFs, (message) => port.postMessage(message));
port.on('message', (message: ToDisk) => {
  handle(message);
  if (message.kind === 'close') port.close();
});
