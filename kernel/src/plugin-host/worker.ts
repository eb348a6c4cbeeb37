import type { MessagePort } from 'node:worker_threads'
import { assertConfined } from './confinement-check.ts'
import { createGuest, type Guest } from './guest.ts'
import { createIsolatedVmEngine } from './isolated-vm-engine.ts'
import type { Task, TaskResult, WorkerStatistics } from './worker-protocol.ts'

const done: TaskResult = { outcome: 'answered', json: 'null' }

function createDesk() {
  assertConfined()
  const engine = createIsolatedVmEngine()
  const guests = new Map<number, Guest>()

  const openPort = (port: MessagePort): void => {
    port.on('message', (beat: number) => {
      port.postMessage({ beat, guests: [...guests.values()].map((guest) => guest.statistics()) } satisfies WorkerStatistics)
    })
  }

  return async (task: Task): Promise<TaskResult> => {
    switch (task.kind) {
      case 'open':
        openPort(task.port)
        return done
      case 'load': {
        const guest = createGuest({ engine, ...task })
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
