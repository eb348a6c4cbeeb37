// For the kernel: what it needs to start a host and to speak with it. Nothing here loads an engine.
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export type { ChainResult, ChainText } from './chain.ts'
export * from './frames.ts'
export { hostEnvironment } from './host-environment.ts'
export type { HookText } from './hook-table.ts'
export { pick } from './needs.ts'
export * from './protocol.ts'

const self = fileURLToPath(import.meta.url)

/** The program of a host process: beside this file, and compiled as this file is. */
export const hostProgram = path.join(path.dirname(self), `main${path.extname(self)}`)
/** The packages that it loads. */
export const hostPackages: readonly string[] = ['piscina', 'isolated-vm', 'node-gyp-build']
