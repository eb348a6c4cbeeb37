import type { User } from '@rookery/sdk/protocol'
import { rows, sql, type Transaction } from '../../storage/index.ts'
import { keywordsOf } from '../../text/index.ts'

/** Replaces the words that mention an account; call it whenever name or notification settings change. */
export async function writeKeywords(transaction: Transaction, user: User): Promise<void> {
  await transaction.query(sql`delete from mention_keywords where user_id = ${user.id}`)
  const keywords = keywordsOf(user)
  await transaction.query(sql`
    insert into mention_keywords (keyword, user_id, is_substring, is_case_sensitive)
    select keyword, ${user.id}, is_substring, is_case_sensitive from ${rows(keywords, { keyword: 'text', isSubstring: 'bool', isCaseSensitive: 'bool' })} as k(keyword, is_substring, is_case_sensitive)
    on conflict do nothing`)
}
