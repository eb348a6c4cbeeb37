// The process that runs plugins. The kernel starts it (kernel/src/plugins), speaks with it on descriptor 3 and kills it.
import { Socket } from 'node:net'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { Piscina } from 'piscina'
import { chooseWorker } from './choose-worker.ts'
import { assertConfined } from './confinement-check.ts'
import { createFrameReader, encodeFrame } from './frames.ts'
import { mainDescriptor, readToHost, type FromHost, type GuestStatistics, type ToHost } from './protocol.ts'
import { sentinelWords } from './sentinel-words.ts'
import type { GuestMessage, Idler, Task, TaskResult, ToGuest, ToWorker, WorkerStatistics } from './worker-protocol.ts'

const self = fileURLToPath(import.meta.url)

/** Live isolates may abort an orderly exit: there is none. */
const die = (): never => {
  process.kill(process.pid, 'SIGKILL')
  throw new Error('killed')
}

interface Seat {
  readonly worker: Worker
  readonly port: MessagePort
  readonly isInline: boolean
}

interface Worker {
  readonly pool: Piscina<Task, TaskResult>
  readonly control: MessagePort
  /** Which guest has its thread; see `sentinelWords`. */
  readonly here: Int32Array
  seats: number
}

/** A guest that had a thread to itself for so long is inside a built-in that nothing interrupts: its deadline is past. */
const stuckMs = 700
const watchMs = 100
/** As many isolates are kept; beyond, those go that were idle the longest, and those for which somebody waits the last. */
const maximumResident = 40
const idleMs = 200
const idleInlineMs = 60_000

/** Piscina's type takes the browser's MessagePort for Node's. */
const handOver = (ports: readonly MessagePort[]): { transferList: never } => ({ transferList: ports as never })

async function openWorker(hear: (statistics: WorkerStatistics) => void, isInline: boolean): Promise<Worker> {
  const pool = new Piscina<Task, TaskResult>({
    filename: path.join(path.dirname(self), `worker${path.extname(self)}`), name: 'handle',
    minThreads: 1, maxThreads: 1, concurrentTasksPerWorker: 64, stricterFIFO: true, atomics: 'disabled', idleTimeout: Infinity,
    // A worker without these flags of its own runs with every permission; others of ours are for processes only.
    env: {}, execArgv: process.execArgv.filter((flag) => /^--(permission|allow-|disable-warning)/.test(flag)), argv: [], recordTiming: false,
  })
  pool.on('error', die)
  const { port1, port2 } = new MessageChannel()
  port1.on('message', hear)
  const here = new SharedArrayBuffer(sentinelWords.count * Int32Array.BYTES_PER_ELEMENT)
  await pool.run({ kind: 'open', port: port2, here, isInline }, handOver([port2]))
  return { pool, control: port1, here: new Int32Array(here), seats: 0 }
}

async function main(threads: number): Promise<void> {
  assertConfined()
  const socket = new Socket({ fd: mainDescriptor, readable: true, writable: true })
  const tell = (message: FromHost, text?: string): void => { socket.write(encodeFrame(message, text)) }

  // One heartbeat is answered when every worker has answered it: a worker that hangs is a host that hangs.
  let beat = { number: -1, missing: 0, guests: [] as GuestStatistics[], idlers: [] as Idler[] }
  const onStatistics = (statistics: WorkerStatistics): void => {
    if (statistics.beat !== beat.number) return
    beat.guests.push(...statistics.guests)
    beat.idlers.push(...statistics.idlers)
    beat.missing -= 1
    if (beat.missing > 0) return
    spare(beat.guests.filter(({ isResident }) => isResident).length - maximumResident, beat.idlers)
    tell({ type: 'statistics', beat: beat.number, rssBytes: process.memoryUsage.rss(), guests: beat.guests })
  }
  /** Gives so many isolates back, where as many are idle. */
  const spare = (count: number, idlers: readonly Idler[]): void => {
    if (count <= 0) return
    const rank = ({ slot, idleMs: ms }: Idler): number => (seats.get(slot)?.isInline ? ms - idleInlineMs : ms)
    const resting = idlers.filter((idler) => rank(idler) > (seats.get(idler.slot)?.isInline ? 0 : idleMs)).sort((one, other) => rank(other) - rank(one)).slice(0, count)
    for (const { slot } of resting) seats.get(slot)?.worker.control.postMessage({ kind: 'rest', slots: [slot] } satisfies ToWorker)
  }
  const workers = await Promise.all(Array.from({ length: threads }, (_each, index) => openWorker(onStatistics, index === 0)))
  const seats = new Map<number, Seat>()

  const load = ({ slot, call, isEager, isInline, limits }: Extract<ToHost, { type: 'load' }>, source: string): void => {
    const worker = chooseWorker(workers, isInline)
    worker.seats += 1
    const { port1, port2 } = new MessageChannel()
    seats.set(slot, { worker, port: port1, isInline })
    port1.on('message', (message: GuestMessage) => {
      if (message.kind === 'answer') tell({ type: 'answer', call: message.call, outcome: message.outcome }, message.json)
      else if (message.kind === 'call') tell({ type: 'call', slot, call: message.call, name: message.name }, message.json)
      else tell({ type: 'poisoned', slot, reason: message.reason })
    })
    worker.pool.run({ kind: 'load', slot, source, limits, isEager, port: port2 }, handOver([port2])).then(({ outcome, json }) => { tell({ type: 'answer', call, outcome }, json) }, die)
  }

  /** A thread that does not come back cannot say for whom it works. */
  const watch = ({ here }: Worker): void => {
    let seen = 0
    let since = performance.now()
    setInterval(() => {
      const turn = Atomics.load(here, sentinelWords.turn)
      const now = performance.now()
      if (turn !== seen || turn % 2 === 0) {
        seen = turn
        since = now
      } else if (now - since > stuckMs) tell({ type: 'poisoned', slot: Atomics.load(here, sentinelWords.slot), reason: 'a plugin cannot be stopped' })
    }, watchMs)
  }
  for (const worker of workers) watch(worker)

  const receive = (message: ToHost, text: string): void => {
    switch (message.type) {
      case 'load':
        load(message, text)
        break
      case 'invoke': {
        const seat = seats.get(message.slot)
        const { call, name, deadlineMs, maximumLength } = message
        if (seat) seat.port.postMessage({ kind: 'invoke', call, name, json: text, deadlineMs, maximumLength } satisfies ToGuest)
        else tell({ type: 'answer', call, outcome: 'ended' }, 'null')
        break
      }
      case 'hook':
      case 'chain':
        throw new Error('hooks are asked for elsewhere')
      case 'reply':
        seats.get(message.slot)?.port.postMessage({ kind: 'reply', call: message.call, isAnswered: message.isAnswered, json: text } satisfies ToGuest)
        break
      case 'unload': {
        const seat = seats.get(message.slot)
        if (!seat) break
        seats.delete(message.slot)
        seat.worker.seats -= 1
        seat.worker.pool.run({ kind: 'unload', slot: message.slot }).catch(die)
        break
      }
      case 'heartbeat':
        beat = { number: message.beat, missing: workers.length, guests: [], idlers: [] }
        for (const { control } of workers) control.postMessage({ kind: 'beat', beat: message.beat } satisfies ToWorker)
        break
    }
  }

  const read = createFrameReader(({ header, text }) => { receive(readToHost(header), text) })
  socket.on('data', (chunk: Buffer) => { read(chunk) })
  socket.on('close', die)
  socket.on('error', die)
  tell({ type: 'ready' })
}

process.on('uncaughtException', (error) => {
  process.stderr.write(`${error.stack ?? error.message}\n`)
  die()
})
await main(Number(process.argv[2] ?? 1))
