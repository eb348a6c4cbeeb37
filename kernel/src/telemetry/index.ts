export { createLog, createSilentLog } from './log.ts'
export type { Log, LogFields, LogLevel, LogOptions } from './log.ts'
