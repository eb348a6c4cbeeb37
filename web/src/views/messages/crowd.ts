import { quietPostTypes, type Post } from '@rookery/sdk/protocol'
import { systemWords } from './system-text.ts'

/** One sentence of those that say who came and went: everybody of whom the same can be said. */
export interface CrowdSentence {
  /** Of the sentence of one person, and what it is filled with. */
  readonly key: string
  readonly values: Readonly<Record<string, string>>
  /** The last part of the key: the same below `messages.crowd` says it of several. */
  readonly deed: string
  readonly people: readonly string[]
  /** Who did it to them; '' where they did it themselves. */
  readonly person: string
}

/** Whether a post only says that somebody came or went. */
export const isComing = (post: Pick<Post, 'type' | 'props' | 'message' | 'isPinned' | 'replyCount'>): boolean =>
  quietPostTypes.includes(post.type) && !post.isPinned && post.replyCount === 0 && systemWords(post) !== undefined

/** What is said of all together, in the order in which each was said first. */
export function crowdSentences(posts: readonly Pick<Post, 'type' | 'props' | 'message'>[]): CrowdSentence[] {
  const sentences = new Map<string, CrowdSentence>()
  for (const post of posts) {
    const told = systemWords(post)
    if (!told) continue
    const { person = '', other = '' } = told.values
    const [who, by] = other ? [other, person] : [person, '']
    const known = sentences.get(`${told.key} ${by}`)
    sentences.set(`${told.key} ${by}`, { ...told, deed: told.key.slice(told.key.lastIndexOf('.') + 1), person: by, people: [...new Set([...known?.people ?? [], who])] })
  }
  return [...sentences.values()]
}
