import { allowedAlterations, allowedFunctions, allowedMigrationNodes, allowedMigrationStatements, allowedNodes, allowedObjects, allowedStatements } from './allowed.ts'

/** What a statement does, for quotas: `grow` where it may store more, `shrink` where it may only remove. */
export type StatementEffect = 'read' | 'shrink' | 'grow'

export interface JudgeOptions {
  /** The only one in which names are looked up. */
  readonly schema: string
  /** Several statements that make tables, instead of one that works with them. */
  readonly isMigration: boolean
}

export type Judgement = { readonly effect: StatementEffect } | { readonly reason: string }

type Tree = { readonly [field: string]: unknown }

class Refusal extends Error {}

const growing: ReadonlySet<string> = new Set(['InsertStmt', 'UpdateStmt', 'MergeStmt'])
const shrinking: ReadonlySet<string> = new Set(['DeleteStmt', 'TruncateStmt'])
/** Catalogues of the server, which every search finds first, and tables in which the kernel keeps its own accounts. */
const reserved = /^(?:pg_|rookery_)/i
/** Types whose values name things of the server. */
const refusedTypes = /^(?:reg|pg_|cstring|refcursor|xml$)/i

const refuse = (reason: string): never => { throw new Refusal(reason) }
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value)
const text = (value: unknown): string => (isTree(value) && isTree(value['String']) ? String(value['String']['sval'] ?? '') : '')
const quote = (name: string): string => `"${name.slice(0, 64)}"`

/** Judges what PostgreSQL's parser made of a text. */
export function judgeStatements(parsed: unknown, { schema, isMigration }: JudgeOptions): Judgement {
  const nodes = (name: string): boolean => allowedNodes.has(name) || (isMigration && allowedMigrationNodes.has(name))
  let effect: StatementEffect = 'read'

  /** Names that may have a schema in front. */
  const assertName = (parts: readonly unknown[], what: string): void => {
    const names = parts.map(text)
    if (names.length > 2 || (names.length === 2 && names[0] !== schema)) refuse(`${what} ${quote(names.join('.'))} is not the plugin's`)
    const last = names.at(-1) ?? ''
    if (reserved.test(last)) refuse(`${quote(last)} belongs to the server`)
  }

  const judgeFields = (tree: Tree): void => {
    const { relname, schemaname, catalogname, relpersistence, funcname, names, intoClause, useOp } = tree
    if (typeof relname === 'string') {
      if (catalogname !== undefined || (schemaname !== undefined && schemaname !== schema)) refuse(`${quote(`${String(schemaname)}.${relname}`)} is not the plugin's`)
      if (reserved.test(relname)) refuse(`${quote(relname)} belongs to the server`)
      if (relpersistence === 't') refuse('there are no temporary tables')
    }
    if (Array.isArray(funcname)) {
      const parts = funcname.map(text)
      const name = parts.at(-1) ?? ''
      if (parts.length > 2 || (parts.length === 2 && parts[0] !== 'pg_catalog') || !allowedFunctions.has(name)) refuse(`the function ${quote(parts.join('.'))} is not among those that may be used`)
    }
    if (Array.isArray(names) && 'typemod' in tree) {
      const parts = names.map(text)
      const name = parts.at(-1) ?? ''
      if (parts.length > 2 || (parts.length === 2 && parts[0] !== schema && parts[0] !== 'pg_catalog') || refusedTypes.test(name)) refuse(`the type ${quote(parts.join('.'))} is not among those that may be used`)
    }
    if (intoClause !== undefined) refuse('what is selected makes no table')
    if (Array.isArray(useOp) && useOp.length > 1) refuse('operators have no schema in front')
  }

  const judgeNode = (kind: string, node: Tree): void => {
    if (kind === 'A_Expr' && Array.isArray(node['name']) && node['name'].length > 1 && text(node['name'][0]) !== 'pg_catalog') refuse('operators have no schema in front')
    if (growing.has(kind)) effect = 'grow'
    else if (shrinking.has(kind) && effect === 'read') effect = 'shrink'
    if (!isMigration) return
    if (kind === 'AlterTableCmd' && !allowedAlterations.has(String(node['subtype']))) refuse('tables are not altered in this way')
    if (kind === 'CreateStmt' && (node['tablespacename'] !== undefined || (node['accessMethod'] ?? 'heap') !== 'heap' || node['ofTypename'] !== undefined)) refuse('tables lie where all tables lie')
    if (kind === 'IndexStmt' && (node['concurrent'] === true || node['tableSpace'] !== undefined)) refuse('an index is made within the transaction, where all tables lie')
    if (kind === 'CreateEnumStmt' || kind === 'AlterEnumStmt') assertName(node['typeName'] as unknown[], 'the type')
    if (kind === 'DropStmt') {
      if (!allowedObjects.has(String(node['removeType']))) refuse('only tables, indexes, views, sequences and types are dropped')
      for (const object of node['objects'] as unknown[]) {
        const list = isTree(object) && isTree(object['List']) ? object['List']['items'] : isTree(object) && isTree(object['TypeName']) ? object['TypeName']['names'] : [object]
        assertName(list as unknown[], '')
      }
    }
    if (kind === 'RenameStmt' || kind === 'AlterTableStmt' || kind === 'CommentStmt') {
      const object = node['renameType'] ?? node['objtype']
      if (!allowedObjects.has(String(object))) refuse('only tables, indexes, views, sequences, types and their parts are changed')
      if (reserved.test(String(node['newname'] ?? ''))) refuse(`${quote(String(node['newname']))} belongs to the server`)
    }
  }

  const walk = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const each of value) walk(each)
      return
    }
    if (!isTree(value)) return
    judgeFields(value)
    for (const [field, inner] of Object.entries(value)) {
      // Names of nodes begin with a capital, names of their fields do not.
      if (/^[A-Z]/.test(field)) {
        if (!nodes(field)) refuse(`${field} is not among what statements may be made of`)
        if (isTree(inner)) judgeNode(field, inner)
      }
      walk(inner)
    }
  }

  try {
    const statements = isTree(parsed) && Array.isArray(parsed['stmts']) ? parsed['stmts'] as Tree[] : []
    if (statements.length === 0) refuse('there is none')
    if (!isMigration && statements.length > 1) refuse('there are several')
    for (const { stmt } of statements) {
      const kind = isTree(stmt) ? Object.keys(stmt)[0] ?? '' : ''
      if (!(isMigration ? allowedMigrationStatements : allowedStatements).has(kind)) refuse(`${kind.replace(/Stmt$/, '').toLowerCase()} is not among those that may be run${isMigration ? '' : ' here'}`)
      walk(stmt)
    }
    return { effect }
  } catch (error) {
    if (error instanceof Refusal) return { reason: error.message }
    throw error
  }
}
