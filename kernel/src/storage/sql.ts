import { createSqlTag, type FragmentSqlToken, type QuerySqlToken, type SqlToken } from 'slonik'

/** What may stand in `${}`: undefined, Date and bare arrays are refused, so that a forgotten field cannot become NULL. */
export type SqlValue = string | number | boolean | bigint | Buffer | null | SqlToken
export type SqlQuery = QuerySqlToken
export type SqlFragment = FragmentSqlToken

type ArrayMember = string | number | boolean | null

const tag = createSqlTag()

const template = (parts: TemplateStringsArray, ...values: readonly SqlValue[]): SqlQuery => {
  assertDefined(parts, values)
  return tag.unsafe(parts, ...(values as SqlToken[]))
}

const fragment = (parts: TemplateStringsArray, ...values: readonly SqlValue[]): SqlFragment => {
  assertDefined(parts, values)
  return tag.fragment(parts, ...(values as SqlToken[]))
}

/**
 * A statement: sql`SELECT … WHERE id = ${id}`. Values never become text of the statement. Parts of a statement are
 * sql.fragment, names sql.identifier, conditions sql.and and sql.or.
 */
export const sql = Object.assign(template, {
  fragment,
  identifier: tag.identifier,
  join: tag.join,
  and: tag.and,
  or: tag.or,
})

/** A jsonb value. Fields that are undefined are left out, as JSON does; undefined itself is refused. */
export const json = (value: unknown): SqlToken => {
  if (value === undefined) throw new TypeError('json() was given undefined; use null for "no value".')
  if (value === null) return tag.fragment`${'null'}::jsonb`
  return tag.fragment`${JSON.stringify(value)}::jsonb`
}

/** A bytea value. */
export const binary = (bytes: Buffer): SqlToken => tag.binary(bytes)

export const textArray = (values: readonly (string | null)[]): SqlToken => array(values, 'text')

/**
 * Rows as a table: FROM ${rows(list, {id: 'text', createAt: 'int8'})} AS each(id, create_at). One array per column, so
 * the text of the statement is the same for any number of rows.
 */
export const rows = <Row extends object>(list: readonly Row[], columns: { readonly [Name in keyof Row & string]?: string }): SqlToken => {
  const names = Object.entries(columns) as [keyof Row & string, string][]
  const arrays = names.map(([name, type]) => {
    const values = list.map((row) => row[name] as ArrayMember | undefined | object)
    const texts = type === 'jsonb' || type === 'json' ? values.map((value) => (value === null ? null : JSON.stringify(value))) : values
    return type === 'jsonb' || type === 'json'
      ? tag.fragment`${array(texts as (string | null)[], 'text')}::jsonb[]`
      : array(texts as ArrayMember[], type)
  })
  return tag.fragment`unnest(${tag.join(arrays, tag.fragment`, `)})`
}

const array = (values: readonly ArrayMember[], type: string): SqlToken => {
  const missing = values.findIndex((value) => value === undefined)
  if (missing >= 0) throw new TypeError(`Element ${missing} of an array for the database is undefined; use null for "no value".`)
  return tag.array(values, type)
}

const assertDefined = (parts: TemplateStringsArray, values: readonly unknown[]): void => {
  const missing = values.indexOf(undefined)
  if (missing < 0) return
  const before = parts[missing]?.trim().split(/\s+/).slice(-4).join(' ')
  throw new TypeError(`A statement was given undefined after "${before}"; use null for "no value".`)
}
