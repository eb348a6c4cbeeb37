export { formatConnectionString, parseConnectionString } from './connection.ts'
export type { PgConnectionOptions } from './connection.ts'
export { openDataFolder } from './data-folder.ts'
export type { DataFolder } from './data-folder.ts'
export { createDatabase } from './database.ts'
export type { Database, DatabaseOptions, DatabaseStatistics, Transaction } from './database.ts'
export { holdDatabase } from './database-hold.ts'
export type { DatabaseHold, DatabaseHoldOptions } from './database-hold.ts'
export { createDiskFileStore } from './disk-file-store.ts'
export type { DiskFileStoreOptions } from './disk-file-store.ts'
export { startEmbeddedPostgres } from './embedded-postgres/index.ts'
export type { EmbeddedPostgres, EmbeddedPostgresOptions, PostgresExit } from './embedded-postgres/index.ts'
export {
  DatabaseInUseError,
  DatabaseUnavailableError,
  DatabaseUnusableError,
  DataFolderInUseError,
  EmbeddedPostgresError,
  MigrationError,
  RowCountError,
  UniqueViolationError,
} from './errors.ts'
export { assertFileKey, FileKeyError, FileNotFoundError } from './file-store.ts'
export type { ByteRange, FileStore, StoredFile } from './file-store.ts'
export { findMigrationsFolder, migrate, readMigrations } from './migrations.ts'
export type { MigrateOptions, Migration } from './migrations.ts'
export type { HotStatement, Queries, QueryResult } from './queries.ts'
export { binary, json, rows, sql, textArray } from './sql.ts'
export type { SqlFragment, SqlQuery, SqlValue } from './sql.ts'
export { createCache } from './cache.ts'
export type { Cache } from './cache.ts'
