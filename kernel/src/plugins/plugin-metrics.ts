/** What plugins count and measure, since the server started. */
export interface PluginMetrics {
  add(pluginId: string, name: string, by: number): void
  set(pluginId: string, name: string, value: number): void
  read(pluginId: string): Record<string, number>
  forget(pluginId: string): void
}

export function createPluginMetrics(): PluginMetrics {
  const values = new Map<string, Map<string, number>>()
  const of = (pluginId: string): Map<string, number> => {
    let mine = values.get(pluginId)
    if (!mine) values.set(pluginId, mine = new Map())
    return mine
  }
  return {
    add(pluginId, name, by) { of(pluginId).set(name, (of(pluginId).get(name) ?? 0) + by) },
    set(pluginId, name, value) { of(pluginId).set(name, value) },
    read: (pluginId) => Object.fromEntries(values.get(pluginId) ?? []),
    forget(pluginId) { values.delete(pluginId) },
  }
}
