import { LRUCache } from 'lru-cache'
import type { Post, PostPage, RookeryEvent } from '@rookery/sdk/protocol'

/**
 * The newest page of channels as everybody reads it who may read the channel. A page is one and the same object until
 * something is said in its channel: whoever makes something of it, such as text, may keep that for as long.
 */
export interface NewestPages {
  /** The page of that form, from memory or read once for all who ask at the same time. */
  of(channelId: string, form: string, read: () => Promise<PostPage>): Promise<PostPage>
  /** Whatever is said in a channel may show in its history; on other events no page depends. */
  learn(event: RookeryEvent): void
}

/** Different lengths and forms of threads of one channel. */
const maximumForms = 4
/** What two numbers, ten short texts and their object take. */
const bytesOfPost = 1000

/** A guess: objects and what doors make of them hold each character four times. */
function weigh(posts: readonly Post[]): number {
  let weight = 0
  for (const { message, props, embeds, files, reactions } of posts) {
    weight += bytesOfPost + message.length * 4
    if (Object.keys(props).length > 0 || embeds.length + files.length + reactions.length > 0) weight += JSON.stringify([props, embeds, files, reactions]).length * 4
  }
  return weight
}

/** Pages of one channel by form. The cache looks at a weight only when it is given another object. */
interface Kept { readonly pages: Map<string, Promise<PostPage>>, readonly weight: number }

export function createNewestPages({ maximumBytes = 32 * 1024 * 1024 }: { maximumBytes?: number } = {}): NewestPages {
  // What an event lets go of takes its running reads along: they may have seen the rows as they were before.
  const channels = new LRUCache<string, Kept>({ maxSize: maximumBytes, sizeCalculation: ({ weight }) => weight })

  const begin = (channelId: string): Kept => {
    const known = channels.get(channelId)
    if (known && known.pages.size < maximumForms) return known
    const kept: Kept = { pages: new Map(), weight: bytesOfPost }
    channels.set(channelId, kept)
    return kept
  }
  const add = (channelId: string, form: string, read: () => Promise<PostPage>): Promise<PostPage> => {
    const { pages } = begin(channelId)
    const page = read()
    pages.set(form, page)
    page.then(({ posts, related }) => {
      const kept = channels.peek(channelId)
      if (kept?.pages === pages) channels.set(channelId, { pages, weight: kept.weight + weigh(posts) + weigh(related) })
    }, () => { pages.delete(form) })
    return page
  }
  return {
    of: (channelId, form, read) => channels.get(channelId)?.pages.get(form) ?? add(channelId, form, read),
    learn({ audience: { channelId } }) { if (channelId) channels.delete(channelId) },
  }
}
