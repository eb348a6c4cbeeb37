export * from './client.ts'
export type { ClientEvents } from './events.ts'
