export * from './environment.ts'
export * from './live-settings.ts'
export * from './settings.ts'
