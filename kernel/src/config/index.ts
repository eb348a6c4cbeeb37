export * from './environment.ts'
export * from './settings.ts'
