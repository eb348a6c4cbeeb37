/** Work on one thing, one after the other; work on different things goes on at once. */
export interface Turns {
  take<Value>(key: string, work: () => Promise<Value>): Promise<Value>
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>()
  return {
    async take(key, work) {
      const turn = (last.get(key) ?? Promise.resolve()).then(work, work)
      last.set(key, turn)
      try {
        return await turn
      } finally {
        if (last.get(key) === turn) last.delete(key)
      }
    },
  }
}
