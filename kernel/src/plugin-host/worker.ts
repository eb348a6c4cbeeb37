import type { MessagePort } from 'node:worker_threads'
import { assertConfined } from './confinement-check.ts'
import { createGuest, type Guest } from './guest.ts'
import { createIsolatedVmEngine } from './isolated-vm-engine.ts'
import { runChain } from './chain.ts'
import { hereWords, type FromWorker, type Task, type TaskResult, type ToWorker } from './worker-protocol.ts'

const done: TaskResult = { outcome: 'answered', json: 'null' }
/** It was unloaded meanwhile. */
const gone: TaskResult = { outcome: 'ended', json: 'null' }

function createDesk() {
  assertConfined()
  const engine = createIsolatedVmEngine()
  const guests = new Map<number, Guest>()

  let here: Int32Array = new Int32Array(hereWords.count)
  const tellHere = (slot: number) => (): void => {
    here[hereWords.slot] = slot
    Atomics.add(here, hereWords.turn, 1)
  }

  const openPort = (port: MessagePort): void => {
    const say = (message: FromWorker): void => { port.postMessage(message) }
    port.on('message', (message: ToWorker) => {
      if (message.kind === 'beat') {
        const all = [...guests]
        const idlers = all.flatMap(([slot, guest]) => { const idleMs = guest.idleMs(); return idleMs === undefined ? [] : [{ slot, idleMs }] })
        say({ kind: 'statistics', statistics: { beat: message.beat, guests: all.map(([, guest]) => guest.statistics()), idlers } })
        return
      }
      if (message.kind === 'rest') {
        for (const slot of message.slots) guests.get(slot)?.rest()
        return
      }
      void runChain(message, async ({ slot, name }, json, deadlineMs) => await guests.get(slot)?.invokeInline(name, json, deadlineMs) ?? gone).then((answer) => { say({ kind: 'chained', answer }) })
    })
  }

  return async (task: Task): Promise<TaskResult> => {
    switch (task.kind) {
      case 'open':
        here = new Int32Array(task.here)
        openPort(task.port)
        return done
      case 'load': {
        const guest = createGuest({ engine, ...task, onHere: tellHere(task.slot) })
        guests.set(task.slot, guest)
        return task.isEager ? guest.start() : done
      }
      case 'unload':
        guests.get(task.slot)?.unload()
        guests.delete(task.slot)
        return done
    }
  }
}

/** What piscina calls. */
export const handle = createDesk()
