export type { OutboxLetter, Send } from './outbox.ts'
export { createPluginDatabase, type DatabaseCaller, type PluginDatabase, type Statement } from './plugin-database.ts'
export type { StatementValue } from './values.ts'
