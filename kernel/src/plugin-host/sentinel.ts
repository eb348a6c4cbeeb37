import ivm from 'isolated-vm'
import { sentinelWords as words } from './sentinel-words.ts'

/** Watches isolates that a thread enters itself, and stops the one that does not come back in time. */
export interface Sentinel {
  /** The isolate may be entered when this has resolved. `slot` is whose it is. */
  guard(isolate: ivm.Isolate, slot: number): Promise<Post>
}

export interface Post {
  /** Is entered from now on, for so long at most. */
  enter(timeoutMs: number): void
  leave(): void
  /** How much CPU time the isolate had used when it was stopped here; undefined where it was not. */
  readonly stoppedAtCpuMs: number | undefined
  /** Nobody enters it any more. */
  forget(): void
}

/** How late somebody may be stopped. */
const pollMs = 5
/** After so long without anybody inside the watch sleeps. */
const restMs = 500
const memoryMegabytes = 8

type Isolates = Readonly<Record<'guard' | 'forget' | 'watch', ivm.Reference>>

/**
 * isolated-vm stops an entry itself when it is given a time limit, by a timer for each: making them, and a thread that
 * wakes up for each when it is long over, were a third of what a chain costs. Here one isolate on a thread of its own
 * looks at shared memory instead, and disposes of whoever is still inside when his time is up.
 *
 * @param memory of `sentinelWords.count` numbers of four bytes
 */
export function createSentinel(memory: SharedArrayBuffer): Sentinel {
  const cells = new Int32Array(memory)
  let opening: Promise<Isolates> | undefined
  let open: Isolates | undefined
  let watches = 0
  let guards = 0

  const start = async (): Promise<Isolates> => {
    const isolate = new ivm.Isolate({ memoryLimit: memoryMegabytes })
    const context = await isolate.createContext()
    const doors = await context.evalClosure(`return (${patrol.toString()})(new Int32Array($0), $1, $2, $3)`,
      [new ivm.ExternalCopy(memory).copyInto(), new ivm.ExternalCopy(words).copyInto(), pollMs, restMs], { result: { reference: true } }) as ivm.Reference<Record<string, unknown>>
    const take = (name: keyof Isolates): Promise<ivm.Reference> => doors.get(name, { reference: true }) as Promise<ivm.Reference>
    return open = { guard: await take('guard'), forget: await take('forget'), watch: await take('watch') }
  }

  /** The watch before ends with this. Where one fails the whole thread does: nobody may be inside unwatched. */
  const wake = ({ watch }: Isolates): void => {
    watches += 1
    Atomics.store(cells, words.watch, watches)
    Atomics.notify(cells, words.watch)
    void watch.apply(undefined, [watches])
  }

  /** It hears nothing else while it watches. */
  const interrupt = (isolates: Isolates, tell: () => Promise<unknown>): Promise<unknown> => {
    Atomics.store(cells, words.watch, 0)
    Atomics.notify(cells, words.watch)
    const told = tell()
    wake(isolates)
    return told
  }

  return {
    async guard(isolate, slot) {
      const isolates = await (opening ??= start())
      const number = guards += 1
      await interrupt(isolates, () => isolates.guard.apply(undefined, [number, isolate]))
      return {
        enter(timeoutMs) {
          cells[words.slot] = slot
          cells[words.number] = number
          cells[words.allowedMs] = Math.ceil(timeoutMs)
          Atomics.add(cells, words.turn, 1)
          if (Atomics.load(cells, words.watch) === 0) wake(isolates)
        },
        leave() { Atomics.add(cells, words.turn, 1) },
        get stoppedAtCpuMs() { return cells[words.stopped] === number ? cells[words.cpuMs] : undefined },
        forget() { if (open) interrupt(open, () => isolates.forget.apply(undefined, [number])).catch(() => { /* it is gone already */ }) },
      }
    },
  }
}

interface Watched {
  readonly cpuTime: bigint
  dispose(): void
}

/** Runs in the isolate that watches: evaluated there as text, it names nothing outside itself but built-ins. */
function patrol(cells: Int32Array<SharedArrayBuffer>, at: typeof words, pollEveryMs: number, restAfterMs: number) {
  const guarded = new Map<number, Watched>()
  const stop = (number: number): void => {
    const isolate = guarded.get(number)
    if (!isolate) return
    guarded.delete(number)
    try {
      cells[at.cpuMs] = Number(isolate.cpuTime / 1_000_000n)
      Atomics.store(cells, at.stopped, number)
      isolate.dispose()
    } catch { /* it is disposed of already */ }
  }
  return {
    guard: (number: number, isolate: Watched) => { guarded.set(number, isolate) },
    forget: (number: number) => { guarded.delete(number) },
    watch(own: number) {
      let seen = -1
      let since = 0
      while (Atomics.load(cells, at.watch) === own) {
        const turn = Atomics.load(cells, at.turn)
        const now = Date.now()
        if (turn !== seen) {
          seen = turn
          since = now
        } else if ((turn & 1) === 1) {
          const number = cells[at.number] as number
          // Read together, or there is somebody else inside by now.
          if (now - since >= (cells[at.allowedMs] as number) && Atomics.load(cells, at.turn) === turn) stop(number)
        } else if (now - since >= restAfterMs) {
          // Whoever enters looks whether it sleeps after he is seen to be inside: one of the two notices.
          if (Atomics.compareExchange(cells, at.watch, own, 0) === own && Atomics.load(cells, at.turn) !== turn) Atomics.compareExchange(cells, at.watch, 0, own)
          continue
        }
        Atomics.wait(cells, at.watch, own, pollEveryMs)
      }
    },
  }
}
