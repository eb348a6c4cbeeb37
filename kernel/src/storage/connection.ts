import pg from 'pg'

/** Where a PostgreSQL is. `host` is a name, an address, or the folder of a unix socket. */
export interface PgConnectionOptions {
  readonly host: string
  readonly port?: number
  readonly user: string
  readonly password?: string
  readonly database: string
  readonly ssl?: boolean | { readonly rejectUnauthorized?: boolean }
}

/** Reads `postgres://…` exactly as `pg` does, TLS parameters included. */
export const parseConnectionString = (connectionString: string): PgConnectionOptions => {
  const { host, port, user, password, database, ssl } = new pg.Client({ connectionString }) as unknown as Parsed
  return {
    host,
    port,
    user: user ?? 'postgres',
    ...(typeof password === 'string' && { password }),
    database: database ?? user ?? 'postgres',
    ...(ssl && { ssl }),
  }
}

interface Parsed {
  host: string
  port: number
  user?: string
  password?: string | null
  database?: string
  ssl?: boolean | { rejectUnauthorized?: boolean }
}

/** The host is percent-encoded as a whole, so that socket folders and IPv6 addresses survive any URL parser. */
export const formatConnectionString = ({ host, port = 5432, user, password, database, ssl }: PgConnectionOptions): string => {
  const credentials = encodeURIComponent(user) + (password === undefined ? '' : `:${encodeURIComponent(password)}`)
  const mode = ssl ? (ssl === true || ssl.rejectUnauthorized !== false ? '?sslmode=require' : '?sslmode=no-verify') : ''
  return `postgres://${credentials}@${encodeURIComponent(host)}:${port}/${encodeURIComponent(database)}${mode}`
}
