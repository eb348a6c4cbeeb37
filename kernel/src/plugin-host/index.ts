// For the kernel: what it needs to start a host and to speak with it. Nothing here loads an engine.
import { fileURLToPath } from 'node:url'

export * from './frames.ts'
export * from './protocol.ts'

/** The program of a host process. */
export const hostProgram = fileURLToPath(new URL('main.ts', import.meta.url))
/** The packages that it loads. */
export const hostPackages = ['piscina', '@napi-rs/nice', 'isolated-vm', 'node-gyp-build'] as const
