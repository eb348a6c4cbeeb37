import { Scratch } from './scratch.ts'

interface Flushable { flush(): void }

/** The present turn of the event loop: whoever has something to write has it written when all has been said. */
export class Turn {
  #waiting: Flushable[] = []
  /** Where those who write in it put their bytes together. */
  readonly scratch = new Scratch()

  /** One task for all: a thousand sockets hear the same event in one turn. */
  add(waiting: Flushable): void {
    if (this.#waiting.push(waiting) === 1) queueMicrotask(this.#end)
  }

  readonly #end = (): void => {
    const leaving = this.#waiting
    this.#waiting = []
    for (const each of leaving) each.flush()
  }
}
