export * from './frame.ts'
export * from './hub.ts'
export * from './outbox.ts'
