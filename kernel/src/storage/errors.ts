/** The database cannot be reached just now; doors answer 503 with Retry-After. */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError'
  constructor(cause: unknown) {
    super('The database is not available at the moment.', { cause })
  }
}

/** A row with these values exists already; `constraint` is the name of the unique index. */
export class UniqueViolationError extends Error {
  override readonly name = 'UniqueViolationError'
  readonly constraint: string
  constructor(constraint: string, cause: unknown) {
    super(`A row with these values exists already (${constraint}).`, { cause })
    this.constraint = constraint
  }
}

/** `db.one` found none or several, `db.maybeOne` found several. */
export class RowCountError extends Error {
  override readonly name = 'RowCountError'
  readonly rowCount: number
  constructor(expected: string, rowCount: number) {
    super(`A statement returned ${rowCount} rows where ${expected} was expected.`)
    this.rowCount = rowCount
  }
}

/** Another server holds the data folder. */
export class DataFolderInUseError extends Error {
  override readonly name = 'DataFolderInUseError'
  constructor(folder: string, processId: number | undefined) {
    const holder = processId === undefined ? '' : ` (process ${processId})`
    super(`The data folder ${folder} is in use by another Rookery server${holder}; stop that one or give this one a folder of its own.`)
  }
}

/** Another single-node server works on the same database. */
export class DatabaseInUseError extends Error {
  override readonly name = 'DatabaseInUseError'
  constructor(database: string) {
    super(`The database ${database} is in use by another Rookery server; stop that one first: several on one database are not possible yet.`)
  }
}

/** The database cannot be used at all: nobody is there, who is there lets nobody in, or it is no database for us. */
export class DatabaseUnusableError extends Error {
  override readonly name = 'DatabaseUnusableError'
  constructor({ host, port = 5432 }: { readonly host: string, readonly port?: number }, reason: string, cause?: unknown) {
    super(`The PostgreSQL at ${host.startsWith('/') ? host : `${host}:${port}`} cannot be used: ${reason}.`, { cause })
  }
}

/** The embedded PostgreSQL could not be started. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError'
}

/** The schema of the database and the migrations of this release do not fit together. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}
