export { createBackOff, type BackOff, type BackOffOptions } from './back-off.ts'
export * from './client.ts'
export type { ClientEvents } from './events.ts'
export type { RequestLimits } from './http.ts'
