export * from './bus.ts'
export * from './tail.ts'
export * from './writer.ts'
