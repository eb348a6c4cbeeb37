export * from './names.ts'
export * from './system-emoji.ts'
