/** WebSocket connections of the local exchange, and what the control API does to them. */
import { type RawData, type WebSocket, WebSocketServer } from 'ws';

import { messageOf } from '../../domain/errors.ts';
import type { Dialect, DialectSocket } from './dialect.ts';
import type { FaultBoard, MessageRule } from './faults.ts';
import type { RequestLog } from './request-log.ts';

const LONGEST_MESSAGE = 256 * 1024;
/** A client that reads this much too little is cut off. */
const MOST_UNREAD = 32 * 1024 * 1024;
const PING_MS = 20_000;
const GOING_AWAY = 1001;
const POLICY = 1008;
const FAILED = 1011;

interface Peer {
  readonly ws: WebSocket;
  readonly path: string;
  /** Has answered the newest ping. */
  isAlive: boolean;
}

/** Every open connection; `accept` takes one whose handshake is done. */
export class Sockets {
  readonly server = new WebSocketServer({
    noServer: true,
    autoPong: false,
    maxPayload: LONGEST_MESSAGE,
    perMessageDeflate: false,
  });
  /** Messages sent since the start. */
  sent = 0;
  private readonly peers = new Set<Peer>();
  private readonly dialect: Dialect;
  private readonly faults: FaultBoard;
  private readonly log: RequestLog;
  private readonly now: () => number;
  private readonly pings: NodeJS.Timeout;

  constructor(of: { dialect: Dialect; faults: FaultBoard; log: RequestLog; now: () => number }) {
    this.dialect = of.dialect;
    this.faults = of.faults;
    this.log = of.log;
    this.now = of.now;
    this.pings = setInterval(() => this.ping(), PING_MS).unref();
  }

  get count(): number {
    return this.peers.size;
  }

  accept(ws: WebSocket, path: string): void {
    const peer: Peer = { ws, path, isAlive: true };
    this.peers.add(peer);
    ws.on('close', () => this.peers.delete(peer));
    ws.on('error', () => ws.terminate());
    ws.on('pong', () => (peer.isAlive = true));
    ws.on('ping', (data) => {
      if (this.faults.answersPings && !this.faults.isSilent(path)) ws.pong(data);
    });
    if (!this.dialect.connect(this.toSocket(peer))) ws.close(POLICY, 'no such path');
  }

  /** Ends connections whose path contains the text: by a close frame, or as a pulled cable. */
  drop(how: 'close' | 'terminate', path = ''): number {
    const chosen = [...this.peers].filter((peer) => peer.path.includes(path));
    for (const { ws } of chosen) {
      if (how === 'close') ws.close(GOING_AWAY, 'going away');
      else ws.terminate();
    }
    return chosen.length;
  }

  /** Sends a text as it is, whatever it is, where the path contains `path`; returns to how many. */
  push(text: string, path = ''): number {
    const chosen = [...this.peers].filter((peer) => peer.path.includes(path));
    for (const { ws } of chosen) this.write(ws, text);
    return chosen.length;
  }

  close(): void {
    clearInterval(this.pings);
    this.drop('terminate');
    this.server.close();
  }

  private toSocket(peer: Peer): DialectSocket {
    const { ws, path } = peer;
    return {
      path,
      send: (message) => this.send(peer, message),
      sendUserEvent: (message) => this.sendUserEvent(peer, message),
      onMessage: (hear) =>
        void ws.on('message', (data, isBinary) => {
          if (isBinary || this.faults.isSilent(path)) return;
          const text = textOf(data);
          this.log.add({ time: this.now(), method: 'WS', path, query: '', body: text });
          careful(ws, () => hear(text));
        }),
      onClose: (hear) => void ws.on('close', () => hear()),
      close: (code) => ws.close(code),
    };
  }

  private send(peer: Peer, message: unknown): void {
    const { ws, path } = peer;
    if (ws.readyState !== ws.OPEN || this.faults.isSilent(path)) return;
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    const rule = this.faults.takeMessage(path, text);
    if (rule === null) this.write(ws, text);
    else this.spoil(rule, ws, text);
  }

  private spoil(rule: MessageRule, ws: WebSocket, text: string): void {
    const { fault, ms = 1_000, from = '', to = '' } = rule;
    if (fault === 'late') setTimeout(() => this.write(ws, text), ms);
    else if (fault === 'cut') this.write(ws, text.slice(0, Math.floor(text.length / 2)));
    else if (fault === 'replace') this.write(ws, text.replaceAll(from, to));
    else if (fault === 'twice') {
      this.write(ws, text);
      this.write(ws, text);
    }
  }

  private write(ws: WebSocket, text: string): void {
    if (ws.readyState !== ws.OPEN) return;
    this.sent += 1;
    ws.send(text);
    if (ws.bufferedAmount > MOST_UNREAD) ws.terminate();
  }

  private sendUserEvent(peer: Peer, message: unknown): void {
    const { userEvents } = this.faults;
    // What is late says what was known when it was made.
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    if (userEvents.lose > 0) {
      userEvents.lose -= 1;
    } else if (userEvents.late > 0) {
      userEvents.late -= 1;
      setTimeout(() => this.send(peer, text), userEvents.lateMs);
    } else {
      this.send(peer, text);
      if (userEvents.twice <= 0) return;
      userEvents.twice -= 1;
      this.send(peer, text);
    }
  }

  private ping(): void {
    for (const peer of this.peers) {
      if (this.faults.isSilent(peer.path)) continue;
      if (!peer.isAlive) peer.ws.terminate();
      peer.isAlive = false;
      peer.ws.ping();
    }
  }
}

/** A mistake of ours ends the connection, not the exchange. */
function careful(ws: WebSocket, act: () => void): void {
  try {
    act();
  } catch (error) {
    ws.close(FAILED, `the emulator failed: ${messageOf(error)}`.slice(0, 100));
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}
