import { sql, type SqlFragment } from '../storage/index.ts'
import { foldName } from '../text/index.ts'

/** A pattern for `like` that finds the text anywhere; wildcards in it stand for themselves. */
export const likePattern = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`

/** A condition under which each word of the term stands in one of the columns, whatever its accents; nothing is asked of an empty term. */
export function matchesTerm(term: string, columns: readonly SqlFragment[]): SqlFragment {
  const words = foldName(term).trim().split(/\s+/).filter((word) => word !== '').slice(0, 8)
  if (words.length === 0) return sql.fragment`true`
  const found = words.map((word) => {
    const pattern = likePattern(word)
    return sql.fragment`(${sql.join(columns.map((column) => sql.fragment`folded(${column}) like ${pattern}`), sql.fragment` or `)})`
  })
  return sql.fragment`(${sql.join(found, sql.fragment` and `)})`
}
