import type { CapabilityMethod } from './capability-method.ts'

/** The table of what plugins may ask for besides operations. */
export interface Capabilities {
  find(name: string): CapabilityMethod | undefined
}

export function createCapabilities(methods: readonly CapabilityMethod[]): Capabilities {
  const table = new Map<string, CapabilityMethod>()
  for (const method of methods) {
    if (table.has(method.name)) throw new Error(`${method.name} is there twice`)
    table.set(method.name, method)
  }
  return { find: (name) => table.get(name) }
}
