/** Holds the process of one strategy for an engine that waits, blocked, for each answer. */
import { workerData } from 'node:worker_threads';
import { openSandbox } from './sandbox.ts';
import { type LockStepData, type ToEngine, ANSWERED } from './lock-step.ts';

const { port, signal } = workerData as LockStepData;

const sandbox = openSandbox({
  onLine: (line) => tell({ line }),
  onEnd: (reason) => tell({ end: reason }),
});

port.on('message', (line: string | null) => {
  if (line !== null) return sandbox.send(line);
  sandbox.dispose();
  port.close();
});

function tell(message: ToEngine): void {
  port.postMessage(message);
  Atomics.store(signal, 0, ANSWERED);
  Atomics.notify(signal, 0);
}
