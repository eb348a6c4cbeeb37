/** Lets so many pass at once; the others wait in their order. */
export interface Turnstile {
  pass<Value>(work: () => Promise<Value>): Promise<Value>
}

export function createTurnstile(maximum: number): Turnstile {
  const waiting: (() => void)[] = []
  let inside = 0
  return {
    async pass(work) {
      if (inside >= maximum) await new Promise<void>((resolve) => { waiting.push(resolve) })
      else inside += 1
      try {
        return await work()
      } finally {
        // Who waits takes the place over: nobody slips in between.
        const next = waiting.shift()
        if (next) next()
        else inside -= 1
      }
    },
  }
}
