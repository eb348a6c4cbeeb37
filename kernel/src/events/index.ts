export * from './bus.ts'
export * from './partitions.ts'
export * from './tail.ts'
export * from './writer.ts'
