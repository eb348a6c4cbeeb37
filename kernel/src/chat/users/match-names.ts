import type { Context } from '../../operations/index.ts'
import { sql, type SqlFragment } from '../../storage/index.ts'
import { foldName } from '../../text/index.ts'
import type { ChatParts } from '../parts.ts'

/** More words than this in a term are not looked at. */
const maximumWords = 10

const beginning = (word: string): string => `${word.replace(/[\\%_]/g, '\\$&')}%`

/** A condition for `users u`: each word of the term begins one of the names, or the address where the actor may see it. */
export function matchNames({ access, settings }: Pick<ChatParts, 'access' | 'settings'>, context: Context, term: string, { withEmail }: { withEmail: boolean }): SqlFragment {
  const isAdmin = access.hasSystem(context, 'manage_system')
  const columns = [sql.fragment`lower(u.username)`, sql.fragment`folded(u.nickname)`]
  if (isAdmin || settings.accounts.showFullNames) columns.push(sql.fragment`folded(u.first_name)`, sql.fragment`folded(u.last_name)`)
  if (withEmail && (isAdmin || settings.accounts.showEmailAddresses)) columns.push(sql.fragment`lower(u.email)`)
  const words = foldName(term).split(/\s+/).map((word) => word.replace(/^@+/, '')).filter((word) => word !== '').slice(0, maximumWords)
  const each = words.map((word) => sql.fragment`(${sql.join(columns.map((column) => sql.fragment`${column} like ${beginning(word)}`), sql.fragment` or `)})`)
  return each.length > 0 ? sql.fragment`${sql.join(each, sql.fragment` and `)}` : sql.fragment`true`
}
