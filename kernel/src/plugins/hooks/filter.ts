import { RE2JS } from 're2js'
import type { HookFilter } from '@rookery/sdk/protocol'

/** What a filter judges. */
export interface FilterSubject {
  readonly message: string
  readonly type: string
  readonly isBot: boolean
}

export type Filter = (subject: FilterSubject) => boolean

/** Time grows with the length of the text alone, whatever the expression: plugins have no other kind here. */
export function compileFilter({ types, bots = 'exclude', contains, matches }: HookFilter = {}): Filter {
  const words = contains?.map((word) => word.toLowerCase())
  const expression = matches === undefined ? undefined : RE2JS.compile(matches)
  const kinds = types && new Set(types)
  return ({ message, type, isBot }) => {
    if (bots === 'exclude' ? isBot : bots === 'only' && !isBot) return false
    if (kinds && !kinds.has(type)) return false
    if (words) {
      const lower = message.toLowerCase()
      if (!words.some((word) => lower.includes(word))) return false
    }
    return !expression || expression.matcher(message).find()
  }
}
