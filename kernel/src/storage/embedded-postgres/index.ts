export { openFolder } from './folders.ts'
export { startEmbeddedPostgres } from './embedded-postgres.ts'
export type { EmbeddedPostgres, EmbeddedPostgresOptions } from './embedded-postgres.ts'
export type { PostgresExit } from './server.ts'
