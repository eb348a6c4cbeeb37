import type { BackOff } from '@rookery/sdk/client'

export interface ReaderParts {
  /** Reads what holds now. */
  read(): Promise<void>
  /** Completes what was read before the stream began. */
  complete(): Promise<void>
  /** Reads what was told while nobody listened. */
  catchUp(): Promise<void>
  /** Keeps events back, so that what is told meanwhile comes last: else it would seem that all before it is known. Answers how to let them go on. */
  hold(): () => void
  onFailure(error: unknown): void
  isConnected(): boolean
  readonly backOff: Pick<BackOff, 'next' | 'reset'>
}

/** Reads everything once the stream has begun, and again after each gap in it, until that has succeeded. */
export interface Reader {
  /** Reads at once. Who asks while it reads waits for the same. */
  run(): Promise<void>
  /** Events were missed for good. */
  noteGap(): void
  noteConnection(): void
  stop(): void
}

export function createReader({ read, complete, catchUp, hold, onFailure, isConnected, backOff }: ReaderParts): Reader {
  let isRead = false
  /** A gap is filled when an attempt that began after it has succeeded, however often the connection breaks meanwhile. */
  let [gaps, filledGaps] = [0, 0]
  let running: Promise<void> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  // Grows with each stop: what an earlier attempt still does is void.
  let generation = 0

  const isBehind = (): boolean => !isRead || gaps > filledGaps
  const attempt = async (): Promise<void> => {
    const [mine, before, hadStream] = [generation, gaps, isConnected()]
    await read()
    // First the stream, then everything else: what happens in between would be missing.
    if (!hadStream || mine !== generation) return
    await (before > filledGaps ? catchUp() : complete())
    if (mine !== generation) return
    filledGaps = before
    isRead = true
  }
  const run = (): Promise<void> => {
    if (running) return running
    clearTimeout(timer)
    const mine = generation
    const goOn = hold()
    running = attempt().finally(goOn).then(() => true, (error: unknown) => {
      if (mine === generation) onFailure(error)
      return false
    }).then((hasSucceeded) => {
      running = undefined
      if (hasSucceeded) backOff.reset()
      // Without the stream the next attempt is when it is back.
      if (mine !== generation || !isConnected() || !isBehind()) return
      if (hasSucceeded) void run()
      else timer = setTimeout(run, backOff.next())
    })
    return running
  }
  return {
    run,
    noteGap() {
      gaps += 1
      void run()
    },
    noteConnection() { if (isBehind()) void run() },
    stop() {
      generation += 1
      clearTimeout(timer)
      isRead = false
      gaps = filledGaps = 0
    },
  }
}
