import { Socket } from 'node:net'
import type { MessagePort } from 'node:worker_threads'
import { assertConfined } from './confinement-check.ts'
import { createGuest, type Guest } from './guest.ts'
import { createFrameReader, encodeFrame } from './frames.ts'
import type { Engine } from './engine.ts'
import { createIsolatedVmEngine } from './isolated-vm-engine.ts'
import { createChains } from './chain.ts'
import { createHookTable } from './hook-table.ts'
import { inlineDescriptor, readToHost, type FromHost } from './protocol.ts'
import type { WorkerStatistics, Task, TaskResult, ToWorker } from './worker-protocol.ts'

const done: TaskResult = { outcome: 'answered', json: 'null' }
const expectedMs = 1000

function createDesk() {
  assertConfined()
  const guests = new Map<number, Guest>()
  let engine: Engine | undefined

  const openPort = (port: MessagePort): void => {
    port.on('message', (message: ToWorker) => {
      if (message.kind === 'beat') {
        const all = [...guests]
        const idlers = all.flatMap(([slot, guest]) => { const idleMs = guest.idleMs(); return idleMs === undefined ? [] : [{ slot, idleMs }] })
        port.postMessage({ beat: message.beat, guests: all.map(([, guest]) => guest.statistics()), idlers } satisfies WorkerStatistics)
        return
      }
      for (const slot of message.slots) guests.get(slot)?.rest()
    })
  }

  /** Who is asked before this thread has heard of it: its load is on its way. */
  const expected = new Map<number, (() => void)[]>()
  const find = async (slot: number): Promise<Guest | undefined> => {
    const guest = guests.get(slot)
    if (guest) return guest
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, expectedMs)
      expected.set(slot, [...expected.get(slot) ?? [], () => { clearTimeout(timer); resolve() }])
    })
    return guests.get(slot)
  }
  const hooks = createHookTable()
  const runChain = createChains((slot) => guests.get(slot) ?? find(slot))
  /** Hooks come and go on a descriptor of their own: the main thread would cost as much as all the rest. */
  const openInline = (): void => {
    const socket = new Socket({ fd: inlineDescriptor, readable: true, writable: true })
    const read = createFrameReader(({ header, text }) => {
      const message = readToHost(header)
      if (message.type === 'hook') { hooks.add(message, text); return }
      if (message.type !== 'chain') throw new Error('only hooks are asked for here')
      const { call, hooks: numbers, guardsFrom, totalMs } = message
      void runChain({ hooks: numbers.map((number) => hooks.find(number)), guardsFrom, totalMs, text })
        .then((results) => { socket.write(encodeFrame({ type: 'answer', call, outcome: 'answered' } satisfies FromHost, JSON.stringify(results))) })
    })
    socket.on('data', (chunk: Buffer) => { read(chunk) })
    // Its other end is the kernel, which is gone: the main thread hears of it too.
    socket.on('error', () => {})
  }

  return async (task: Task): Promise<TaskResult> => {
    switch (task.kind) {
      case 'open':
        engine = createIsolatedVmEngine(task.here)
        openPort(task.port)
        if (task.isInline) openInline()
        return done
      case 'load': {
        if (!engine) throw new Error('a worker is opened first')
        const guest = createGuest({ engine, ...task })
        guests.set(task.slot, guest)
        for (const tell of expected.get(task.slot) ?? []) tell()
        expected.delete(task.slot)
        return task.isEager ? guest.start() : done
      }
      case 'unload':
        guests.get(task.slot)?.unload()
        guests.delete(task.slot)
        hooks.forget(task.slot)
        expected.delete(task.slot)
        return done
    }
  }
}

/** What piscina calls. */
export const handle = createDesk()
