// The process that runs plugins. The kernel starts it (kernel/src/plugins), speaks with it on descriptor 3 and kills it.
import { Socket } from 'node:net'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { Piscina } from 'piscina'
import { assertConfined } from './confinement-check.ts'
import { createFrameReader, encodeFrame } from './frames.ts'
import { readToHost, type FromHost, type GuestStatistics, type ToHost } from './protocol.ts'
import type { ChainText } from './chain.ts'
import type { ChainAnswer, ChainStep, FromWorker, GuestMessage, Task, TaskResult, ToGuest, ToWorker, WorkerStatistics } from './worker-protocol.ts'

const self = fileURLToPath(import.meta.url)

/** Live isolates may abort an orderly exit: there is none. */
const die = (): never => {
  process.kill(process.pid, 'SIGKILL')
  throw new Error('killed')
}

interface Seat {
  readonly worker: Worker
  readonly port: MessagePort
}

interface Worker {
  readonly pool: Piscina<Task, TaskResult>
  readonly control: MessagePort
  seats: number
}

/** Piscina's type takes the browser's MessagePort for Node's. */
const handOver = (ports: readonly MessagePort[]): { transferList: never } => ({ transferList: ports as never })

async function openWorker(hear: (message: FromWorker) => void): Promise<Worker> {
  const pool = new Piscina<Task, TaskResult>({
    filename: path.join(path.dirname(self), `worker${path.extname(self)}`), name: 'handle',
    minThreads: 1, maxThreads: 1, concurrentTasksPerWorker: 64, stricterFIFO: true, atomics: 'disabled', idleTimeout: Infinity,
    // A worker without these flags of its own runs with every permission; others of ours are for processes only.
    env: {}, execArgv: process.execArgv.filter((flag) => /^--(permission|allow-|disable-warning)/.test(flag)), argv: [], recordTiming: false,
  })
  pool.on('error', die)
  const { port1, port2 } = new MessageChannel()
  port1.on('message', hear)
  await pool.run({ kind: 'open', port: port2 }, handOver([port2]))
  return { pool, control: port1, seats: 0 }
}

async function main(threads: number): Promise<void> {
  assertConfined()
  const socket = new Socket({ fd: 3, readable: true, writable: true })
  const tell = (message: FromHost, text?: string): void => { socket.write(encodeFrame(message, text)) }

  // One heartbeat is answered when every worker has answered it: a worker that hangs is a host that hangs.
  let beat = { number: -1, missing: 0, guests: [] as GuestStatistics[] }
  const onStatistics = (statistics: WorkerStatistics): void => {
    if (statistics.beat !== beat.number) return
    beat.guests.push(...statistics.guests)
    beat.missing -= 1
    if (beat.missing === 0) tell({ type: 'statistics', beat: beat.number, rssBytes: process.memoryUsage.rss(), guests: beat.guests })
  }
  const chains = new Map<number, (answer: ChainAnswer) => void>()
  const hear = (message: FromWorker): void => {
    if (message.kind === 'statistics') { onStatistics(message.statistics); return }
    chains.get(message.answer.call)?.(message.answer)
    chains.delete(message.answer.call)
  }
  const workers = await Promise.all(Array.from({ length: threads }, () => openWorker(hear)))
  const seats = new Map<number, Seat>()

  const load = ({ slot, call, isEager, isInline, limits }: Extract<ToHost, { type: 'load' }>, source: string): void => {
    const worker = isInline ? workers[0] as Worker : workers.reduce((least, other) => (other.seats < least.seats ? other : least))
    worker.seats += 1
    const { port1, port2 } = new MessageChannel()
    seats.set(slot, { worker, port: port1 })
    port1.on('message', (message: GuestMessage) => {
      if (message.kind === 'answer') tell({ type: 'answer', call: message.call, outcome: message.outcome }, message.json)
      else if (message.kind === 'call') tell({ type: 'call', slot, call: message.call, name: message.name }, message.json)
      else tell({ type: 'poisoned', slot, reason: message.reason })
    })
    worker.pool.run({ kind: 'load', slot, source, limits, isEager, port: port2 }, handOver([port2])).then(({ outcome, json }) => { tell({ type: 'answer', call, outcome }, json) }, die)
  }

  const ask = (worker: Worker, task: ToWorker & { kind: 'chain' }): Promise<ChainAnswer> => new Promise((resolve) => {
    chains.set(task.call, resolve)
    worker.control.postMessage(task)
  })
  let chainSequence = 0
  /** Steps on one thread go there together; the state goes on to the next. */
  const chain = async ({ call, steps, totalMs }: Extract<ToHost, { type: 'chain' }>, told: string): Promise<void> => {
    const startedAt = performance.now()
    let text = told
    const results: ChainAnswer['results'][number][] = []
    for (let index = 0; index < steps.length;) {
      const worker = seats.get((steps[index] as ChainStep).slot)?.worker ?? workers[0] as Worker
      const together: ChainStep[] = []
      for (; index < steps.length && (seats.get((steps[index] as ChainStep).slot)?.worker ?? worker) === worker; index += 1) together.push({ ...steps[index] as ChainStep, index })
      chainSequence += 1
      const answer = await ask(worker, { kind: 'chain', call: chainSequence, steps: together, text, totalMs: Math.max(0, Math.floor(totalMs - (performance.now() - startedAt))) })
      results.push(...answer.results)
      if (index < steps.length) text = JSON.stringify({ ...JSON.parse(text) as ChainText, state: JSON.parse(answer.state) as ChainText['state'] })
    }
    tell({ type: 'answer', call, outcome: 'answered' }, JSON.stringify(results))
  }

  const receive = (message: ToHost, text: string): void => {
    switch (message.type) {
      case 'load':
        load(message, text)
        break
      case 'invoke': {
        const seat = seats.get(message.slot)
        if (seat) seat.port.postMessage({ kind: 'invoke', call: message.call, name: message.name, json: text, deadlineMs: message.deadlineMs } satisfies ToGuest)
        else tell({ type: 'answer', call: message.call, outcome: 'ended' }, 'null')
        break
      }
      case 'chain':
        void chain(message, text).catch(die)
        break
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
        beat = { number: message.beat, missing: workers.length, guests: [] }
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
