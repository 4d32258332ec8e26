/** The control socket's end in the emergency thread. */
import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { errnoOf, messageOf } from '../../domain/errors.ts';
import { createLineReader } from '../../domain/line-reader.ts';
import {
  type ControlAnswer,
  type ControlRequest,
  MAX_REQUEST_BYTES,
  parseRequest,
} from './control-protocol.ts';
import { controlSocketPath, type SocketPath } from './socket-path.ts';

export type Reply = (answer: ControlAnswer) => void;

export interface ControlServer {
  readonly close: () => void;
}

const MAX_CONNECTIONS = 16;
/** One that connects and says nothing, or never reads, is let go. */
const IDLE_MS = 60_000;
/** Requests one connection may have unanswered. */
const MAX_PENDING = 4;
const OWNER_ONLY = 0o600;

/**
 * Opens the socket; a stale one is replaced, which only the holder of the state's lock may ask for.
 * `onReady` hears null, or why there is none: a console without it trades on.
 */
export function serveControl(
  directory: string,
  of: {
    readonly onRequest: (request: ControlRequest, reply: Reply) => void;
    readonly onReady: (problem: string | null) => void;
  },
): ControlServer {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    talk(socket, of.onRequest);
  });
  server.maxConnections = MAX_CONNECTIONS;
  let place: SocketPath | null = null;
  try {
    place = controlSocketPath(directory);
    if (place === null) of.onReady(`the path of ${directory} is too long for a socket`);
    else listen(server, place.path, of.onReady);
  } catch (error) {
    of.onReady(messageOf(error));
  }
  return {
    close() {
      for (const socket of sockets) socket.destroy();
      server.close(() => place?.release());
    },
  };
}

function listen(server: Server, path: string, onReady: (problem: string | null) => void): void {
  let mayReplace = true;
  server.on('listening', () => {
    chmodSync(path, OWNER_ONLY);
    onReady(null);
  });
  server.on('error', (error) => {
    const isTaken = errnoOf(error) === 'EADDRINUSE';
    if (!isTaken || !mayReplace) return onReady(messageOf(error));
    mayReplace = false;
    const problem = removeStale(path);
    if (problem !== null) return onReady(problem);
    server.listen({ path });
  });
  server.listen({ path });
}

/** Only a socket is taken away: anything else was put there by somebody. */
function removeStale(path: string): string | null {
  try {
    if (!lstatSync(path).isSocket()) return `${path} is no socket; remove it`;
    unlinkSync(path);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

function talk(socket: Socket, onRequest: (request: ControlRequest, reply: Reply) => void): void {
  let pending = 0;
  const send = (answer: ControlAnswer): void => {
    if (socket.writable) socket.write(`${JSON.stringify(answer)}\n`);
  };
  const refuse = (problem: string): void => send({ final: true, ok: false, problem });
  const read = createLineReader(MAX_REQUEST_BYTES, (line) => {
    const parsed = parseRequest(line);
    if (!parsed.ok) return refuse(parsed.problem);
    if (pending >= MAX_PENDING) return refuse('too many requests at once; wait for the answers');
    pending += 1;
    onRequest(parsed.request, (answer) => {
      if (answer.final) pending -= 1;
      send(answer);
    });
  });
  socket.setTimeout(IDLE_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    if (read(chunk)) return;
    refuse(`a request is shorter than ${MAX_REQUEST_BYTES} bytes and ends with a line end`);
    socket.end();
    socket.removeAllListeners('data').resume();
  });
}
