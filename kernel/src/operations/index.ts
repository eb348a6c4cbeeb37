export * from './context.ts'
export * from './dispatcher.ts'
export * from './implementation.ts'
export * from './validation.ts'
