import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import pg from 'pg'
import { RookeryError } from '@rookery/sdk/protocol'
import { sql, type Database, type PgConnectionOptions } from '../storage/index.ts'

/** Names of what a plugin owns in the database. Roles belong to the whole server, so theirs tell the database too. */
export interface OwnerNames {
  readonly schema: string
  readonly role: string
}

/** Makes and removes the schema and the login role of a plugin. */
export interface Owners {
  names(pluginId: string): Promise<OwnerNames>
  /** Makes what is missing, and answers how to connect. Throws `plugin_database_unavailable` with what is to be done. */
  ensure(pluginId: string): Promise<PgConnectionOptions>
  hasSchema(pluginId: string): Promise<boolean>
  /** Ends its connections and removes what it owns; what is not there is not missed. */
  dropSchema(pluginId: string): Promise<void>
  drop(pluginId: string): Promise<void>
}

interface Rights {
  readonly me: string
  readonly database: string
  readonly isSuperuser: boolean
  readonly mayMakeRoles: boolean
  readonly mayMakeSchemas: boolean
  /** Whether anybody who logs in may make temporary tables, or tables in the schema of the kernel. */
  readonly isOpen: boolean
}

export const statementTimeoutMs = 2000
const idleInTransactionMs = 5000
export const maximumConnections = 2
const maximumNameLength = 63
const iterations = 4096

const quote = (name: string): string => pg.escapeIdentifier(name)

export function createOwners({ db }: { db: Database }): Owners {
  let databaseId: Promise<number> | undefined

  const names = async (pluginId: string): Promise<OwnerNames> => {
    const id = await (databaseId ??= db.value<number>(sql`select oid::int8 from pg_database where datname = current_database()`))
    const role = `plugin_${id}_${pluginId}`
    const short = createHash('sha256').update(role).digest('hex').slice(0, 16)
    return { schema: `plugin_${pluginId}`, role: role.length <= maximumNameLength ? role : `${role.slice(0, maximumNameLength - 17)}_${short}` }
  }

  const readRights = (): Promise<Rights> => db.one<Rights>(sql`
    select current_user::text as me, current_database()::text as database, rolsuper as "isSuperuser", rolsuper or rolcreaterole as "mayMakeRoles",
      has_database_privilege(current_database(), 'CREATE') as "mayMakeSchemas", has_database_privilege('public', current_database(), 'TEMP') or has_schema_privilege('public', 'public', 'CREATE') as "isOpen"
    from pg_roles where rolname = current_user`)

  /** Names cannot be parameters of such statements. */
  const run = async (...texts: readonly string[]): Promise<void> => {
    if (texts.length === 0) return
    const client = new pg.Client(db.connection as pg.ClientConfig)
    client.on('error', () => {})
    await client.connect()
    try {
      for (const text of texts) await client.query(text)
    } finally {
      await client.end()
    }
  }

  const assertRights = async (): Promise<Rights> => {
    let rights = await readRights()
    const { me, database } = rights
    const closing = [`REVOKE TEMPORARY ON DATABASE ${quote(database)} FROM PUBLIC`, 'REVOKE CREATE ON SCHEMA public FROM PUBLIC']
    if (rights.isOpen) {
      // Who owns the database may do it, others only get a warning.
      await run(...closing).catch(() => {})
      rights = await readRights()
    }
    if (rights.mayMakeRoles && rights.mayMakeSchemas && !rights.isOpen) return rights
    const reason = rights.mayMakeRoles && rights.mayMakeSchemas ? 'whoever logs in may make tables in it' : 'this server may make no roles or schemas'
    const statements = [`ALTER ROLE ${quote(me)} CREATEROLE`, `GRANT CREATE, TEMPORARY ON DATABASE ${quote(database)} TO ${quote(me)}`, ...closing, `GRANT CREATE ON SCHEMA public TO ${quote(me)}`]
    throw new RookeryError('plugin_database_unavailable', { reason, sql: `${statements.join('; ')};` })
  }

  /** What was brought here from another database belongs to whoever brought it. */
  const adopt = async (schema: string, role: string): Promise<void> => {
    const strange = await db.any<{ text: string }>(sql`
      select format('ALTER SCHEMA %I OWNER TO %I', nspname, ${role}::text) as text from pg_namespace where nspname = ${schema} and nspowner <> ${quote(role)}::regrole
      union all select format('ALTER %s %I.%I OWNER TO %I', case relkind when 'v' then 'VIEW' when 'S' then 'SEQUENCE' else 'TABLE' end, ${schema}::text, relname, ${role}::text) from pg_class c
        where relnamespace = (select oid from pg_namespace where nspname = ${schema}) and relkind in ('r', 'p', 'v', 'S') and relowner <> ${quote(role)}::regrole
          and not exists (select 1 from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i'))
      union all select format('ALTER TYPE %I.%I OWNER TO %I', ${schema}::text, typname, ${role}::text) from pg_type
        where typnamespace = (select oid from pg_namespace where nspname = ${schema}) and typtype = 'e' and typowner <> ${quote(role)}::regrole`)
    await run(...strange.map(({ text }) => text))
  }

  return {
    names,
    async ensure(pluginId) {
      const { me, isSuperuser } = await assertRights()
      const { schema, role } = await names(pluginId)
      const password = randomBytes(24).toString('base64url')
      const isThere = await db.maybeOne(sql`select 1 as one from pg_roles where rolname = ${role}`)
      const options = `LOGIN NOINHERIT CONNECTION LIMIT ${maximumConnections} PASSWORD ${pg.escapeLiteral(verifierOf(password))}`
      const settings = {
        search_path: quote(schema), statement_timeout: `'${statementTimeoutMs}ms'`, idle_in_transaction_session_timeout: `'${idleInTransactionMs}ms'`, lock_timeout: `'${statementTimeoutMs}ms'`,
        // A text is read as it was judged.
        standard_conforming_strings: 'on', timezone: "'UTC'",
        ...(isSuperuser && { temp_file_limit: "'256MB'" }),
      }
      await run(
        `${isThere ? 'ALTER' : 'CREATE'} ROLE ${quote(role)} ${options}`,
        ...Object.entries(settings).map(([name, value]) => `ALTER ROLE ${quote(role)} SET ${name} = ${value}`),
        ...(isSuperuser ? [] : [`GRANT ${quote(role)} TO ${quote(me)}`]),
        `CREATE SCHEMA IF NOT EXISTS ${quote(schema)} AUTHORIZATION ${quote(role)}`,
      )
      await adopt(schema, role)
      return { ...db.connection, user: role, password }
    },
    async hasSchema(pluginId) {
      const { schema } = await names(pluginId)
      return await db.maybeOne(sql`select 1 as one from pg_namespace where nspname = ${schema}`) !== undefined
    },
    async dropSchema(pluginId) {
      const { schema, role } = await names(pluginId)
      await db.query(sql`select pg_terminate_backend(pid) from pg_stat_activity where usename = ${role} and datname = current_database()`)
      await run(`DROP SCHEMA IF EXISTS ${quote(schema)} CASCADE`)
    },
    async drop(pluginId) {
      await this.dropSchema(pluginId)
      const { role } = await names(pluginId)
      if (await db.maybeOne(sql`select 1 as one from pg_roles where rolname = ${role}`)) await run(`DROP OWNED BY ${quote(role)}`, `DROP ROLE ${quote(role)}`)
    },
  }
}

/** What the server keeps of a password (SCRAM-SHA-256), so that the password itself is in no statement and no log. */
function verifierOf(password: string): string {
  const salt = randomBytes(16)
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const keyOf = (word: string): Buffer => createHmac('sha256', salted).update(word).digest()
  const stored = createHash('sha256').update(keyOf('Client Key')).digest('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${keyOf('Server Key').toString('base64')}`
}
