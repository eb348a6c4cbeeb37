/** Changes in the life of one plugin, one after the other; those of different plugins go on at once. */
export interface Turns {
  take<Value>(pluginId: string, work: () => Promise<Value>): Promise<Value>
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>()
  return {
    async take(pluginId, work) {
      const turn = (last.get(pluginId) ?? Promise.resolve()).then(work, work)
      last.set(pluginId, turn)
      try {
        return await turn
      } finally {
        if (last.get(pluginId) === turn) last.delete(pluginId)
      }
    },
  }
}
