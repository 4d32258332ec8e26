/** Ink for components and layout, our own cells and bytes: where the two meet. */
import { Readable, Writable } from 'node:stream';

import { type DOMElement, type Instance, render } from 'ink';
import { Component, type ReactElement, type ReactNode, createRef } from 'react';

import type { Painter } from './painter.ts';
import { type Drawing, DrawingContext } from './canvas.tsx';
import { FrameWriter } from './diff.ts';
import { Grid } from './grid.ts';
import { Probe, isKnownTree, isDrawnAlike } from './probe.tsx';
import { StyleTable } from './styles.ts';
import { TreeRaster } from './walk.ts';

export interface ScreenOptions {
  readonly stdout: NodeJS.WriteStream;
  readonly painter: Painter;
  /** `stock` leaves drawing to Ink: for screen readers, and where our own is not wanted. */
  readonly kind?: 'auto' | 'stock';
  /** What drawing a frame cost, in milliseconds. */
  readonly onPaint?: (costMs: number) => void;
  /** While the terminal is not ours or does not read, nothing is drawn. */
  readonly isStalled?: () => boolean;
  /** Most frames a second of stock Ink; ours draws every change. */
  readonly maxFps?: number;
}

export interface MountedScreen {
  readonly kind: 'own' | 'stock';
  /** Writes every cell anew: after another program wrote to the terminal. */
  readonly repaint: () => void;
  /** Another theme: everything is drawn anew with it. */
  readonly setPainter: (painter: Painter) => void;
  readonly unmount: () => void;
  /** Resolves after `unmount` when the last frame is read; rejects with what a component threw. */
  readonly done: Promise<void>;
}

/**
 * Shows a tree on a terminal until `unmount`. Input is nobody's business here: Ink gets an empty
 * one. Never prints anything but frames.
 */
export function mountScreen(element: ReactElement, of: ScreenOptions): MountedScreen {
  return (of.kind === 'stock' ? null : mountOwn(element, of)) ?? mountStock(element, of);
}

/** Null where Ink is not the one we know: then it had better draw by itself. */
function mountOwn(element: ReactElement, of: ScreenOptions): MountedScreen | null {
  const output = new StandInOutput(of.stdout);
  const box = createRef<DOMElement>();
  const instance = render(<Probe ref={box} />, {
    ...inkOptions(output.asStream),
    debug: true,
    interactive: false,
    isScreenReaderEnabled: false,
  });
  const root = rootOf(box.current);
  if (root === null || !isKnownTree(root) || !isDrawnAlike(root, output.lastFrame)) {
    instance.unmount();
    return null;
  }
  output.resize();
  const end = promise();
  const fail = (error: unknown): void => {
    frames.stop();
    end.reject(error);
  };
  const frames = new Frames({ ...of, root, output, fail });
  root.onRender = frames.paint;
  root.onImmediateRender = frames.paint;
  frames.start();
  instance.rerender(
    <Guard onError={fail} drawing={{ kind: 'own' }}>
      {element}
    </Guard>,
  );
  return {
    kind: 'own',
    repaint: frames.repaint,
    setPainter: frames.setPainter,
    unmount() {
      frames.stop();
      instance.unmount();
      // What lies in the stream's buffer must not come after the terminal was given back.
      of.stdout.write('', () => end.resolve());
    },
    done: end.done,
  };
}

function mountStock(element: ReactElement, of: ScreenOptions): MountedScreen {
  const { stdout } = of;
  let { painter } = of;
  const end = promise();
  const drawing: Drawing = { kind: 'stock', paint: (row) => painter.paint(row) };
  const guarded = (
    <Guard onError={end.reject} drawing={drawing}>
      {element}
    </Guard>
  );
  const instance: Instance = render(guarded, {
    ...inkOptions(stdout),
    // With CI=true in the environment Ink would print the last frame only.
    interactive: true,
    incrementalRendering: true,
    ...(of.maxFps === undefined ? {} : { maxFps: of.maxFps }),
    onRender: ({ renderTime }) => of.onPaint?.(renderTime),
  });
  instance.waitUntilExit().then(() => end.resolve(), end.reject);
  const repaint = (): void => {
    instance.clear();
    stdout.write('\u001B[2J\u001B[H');
    instance.rerender(guarded);
  };
  return {
    kind: 'stock',
    repaint,
    setPainter(next) {
      painter = next;
      repaint();
    },
    unmount: instance.unmount,
    done: end.done,
  };
}

const inkOptions = (stdout: NodeJS.WriteStream) => ({
  stdout,
  stdin: emptyInput(),
  exitOnCtrlC: false,
  // Keeping others from the terminal is up to whoever took it.
  patchConsole: false,
  // The other screen is taken before the first frame and left in every case; Ink knows less.
  alternateScreen: false,
});

/** One grid, and what it takes to keep a terminal equal to it. */
class Frames {
  readonly #of: ScreenOptions & { root: DOMElement; output: StandInOutput };
  readonly #fail: (error: unknown) => void;
  #painter: Painter;
  #parts: { grid: Grid; raster: TreeRaster; writer: FrameWriter; table: StyleTable };
  #isLate = false;
  #isStopped = false;

  constructor({
    fail,
    ...of
  }: ScreenOptions & { root: DOMElement; output: StandInOutput; fail: (error: unknown) => void }) {
    this.#of = of;
    this.#fail = fail;
    this.#painter = of.painter;
    this.#parts = this.#anew();
  }

  start(): void {
    this.#of.stdout.on('resize', this.#resize).on('drain', this.#catchUp);
  }

  stop(): void {
    this.#isStopped = true;
    this.#of.stdout.off('resize', this.#resize).off('drain', this.#catchUp);
  }

  /** Draws what changed. While the terminal does not read, the next frame makes up for it. */
  readonly paint = (): void => {
    if (this.#isStopped) return;
    const { stdout, isStalled } = this.#of;
    this.#isLate = stdout.writableNeedDrain || isStalled?.() === true;
    if (this.#isLate) return;
    const begun = performance.now();
    try {
      const bytes = this.#frame();
      if (bytes !== '') stdout.write(bytes);
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#of.onPaint?.(performance.now() - begun);
  };

  readonly repaint = (): void => {
    this.#parts.writer.forget();
    this.paint();
  };

  readonly setPainter = (painter: Painter): void => {
    this.#painter = painter;
    this.#parts = this.#anew();
    this.repaint();
  };

  readonly #catchUp = (): void => {
    if (this.#isLate) this.paint();
  };

  readonly #resize = (): void => {
    const { output, root } = this.#of;
    // Even where the size comes back before we look, the terminal may have cut what it shows.
    this.#parts.writer.forget();
    output.resize();
    // Components that ask for the size draw themselves anew; this is for trees without any.
    setImmediate(() => {
      if (this.#isStopped) return;
      root.onComputeLayout?.();
      this.paint();
    });
  };

  #frame(): string {
    if (this.#parts.table.isFull) this.#parts = this.#anew();
    const { grid, raster, writer } = this.#parts;
    const { columns, rows } = this.#of.output;
    if (grid.width !== columns || grid.height !== rows) {
      grid.resize(columns, rows);
      raster.forget();
    }
    raster.draw(this.#of.root, grid);
    return writer.frame(grid);
  }

  #anew() {
    const { output } = this.#of;
    const table = new StyleTable();
    return {
      table,
      grid: new Grid(table, { width: output.columns, height: output.rows }),
      raster: new TreeRaster(table, this.#painter),
      writer: new FrameWriter(table, { skipCorner: process.platform === 'win32' }),
    };
  }
}

/** Of a terminal that does not say its size. */
const USUAL = { columns: 80, rows: 24 } as const;
/** A terminal may say any size up to 65,535 × 65,535; beyond this, cells stay blank. */
const LARGEST = { columns: 1_000, rows: 500 } as const;

/** Where Ink believes to write: a terminal of the real one's size that swallows everything. */
class StandInOutput extends Writable {
  readonly isTTY = true;
  // Any size serves the probe, so it gets the same everywhere.
  columns: number = USUAL.columns;
  rows: number = USUAL.rows;
  lastFrame = '';
  readonly #real: NodeJS.WriteStream;

  constructor(real: NodeJS.WriteStream) {
    super({ decodeStrings: false });
    this.#real = real;
  }

  override _write(text: unknown, _encoding: string, done: () => void): void {
    if (typeof text === 'string' && text !== '') this.lastFrame = text;
    done();
  }

  resize(): void {
    this.columns = Math.min(this.#real.columns || USUAL.columns, LARGEST.columns);
    this.rows = Math.min(this.#real.rows || USUAL.rows, LARGEST.rows);
    this.emit('resize');
  }

  /** A terminal's stream as far as Ink uses one. */
  get asStream(): NodeJS.WriteStream {
    return this as unknown as NodeJS.WriteStream;
  }
}

/** Keys are read elsewhere. */
const emptyInput = (): NodeJS.ReadStream =>
  Object.assign(new Readable({ read: () => undefined }), {
    isTTY: false,
  }) as unknown as NodeJS.ReadStream;

function rootOf(box: DOMElement | null): DOMElement | null {
  let node = box;
  while (node?.parentNode) node = node.parentNode;
  return node;
}

interface GuardProps {
  readonly onError: (error: unknown) => void;
  readonly drawing: Drawing;
  readonly children: ReactNode;
}

/** Ink would print what a component throws; the caller has to get it instead. */
class Guard extends Component<GuardProps, { readonly failed: boolean }> {
  override readonly state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override componentDidCatch(error: unknown): void {
    this.props.onError(error);
  }

  override render(): ReactNode {
    if (this.state.failed) return null;
    return <DrawingContext value={this.props.drawing}>{this.props.children}</DrawingContext>;
  }
}

function promise() {
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  return { done, resolve, reject };
}
