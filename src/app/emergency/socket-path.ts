/** Where the control socket lies, also where the path is longer than a socket's name may be. */
import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';

export const CONTROL_SOCKET = 'control.sock';
/** The kernel takes 107 bytes on Linux and 103 elsewhere. */
const LONGEST = 100;

export interface SocketPath {
  /** For `listen` and `connect`. */
  readonly path: string;
  /** The name stays reachable until this is called. */
  readonly release: () => void;
}

/**
 * The socket of a state directory. A long path is named through an open descriptor of the
 * directory, which Linux can do; null elsewhere. Throws what opening the directory throws.
 */
export function controlSocketPath(directory: string): SocketPath | null {
  const path = join(directory, CONTROL_SOCKET);
  if (Buffer.byteLength(path) <= LONGEST) return { path, release: () => undefined };
  if (process.platform !== 'linux') return null;
  const fd = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  return { path: `/proc/self/fd/${fd}/${CONTROL_SOCKET}`, release: () => closeSync(fd) };
}
