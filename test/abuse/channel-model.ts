/** What one channel should look like, by what its members were told when they did things. */
export interface ModelPost {
  readonly id: string
  readonly authorId: string
  readonly rootId: string
  readonly createAt: number
  readonly mentionsEverybody: boolean
  /** Members whose name or keyword stood in it. */
  readonly named: ReadonlySet<string>
  readonly reactions: Set<string>
  isDeleted: boolean
}

/** Where a member's own command left it in a round in which others posted at the same time. */
export type Seen =
  /** Looked at everything up to this moment. */
  | { readonly kind: 'up-to', readonly at: number }
  /** Everything from this moment on is unread, its own posts too. */
  | { readonly kind: 'from', readonly at: number }

export interface Expected { readonly unread: number, readonly mentions: number }

export function createChannelModel(memberIds: readonly string[]) {
  const posts = new Map<string, ModelPost>()
  const unreadOf = new Map<string, Set<ModelPost>>(memberIds.map((id) => [id, new Set()]))
  const inOrder = (): ModelPost[] => [...posts.values()].sort((a, b) => a.createAt - b.createAt)
  return {
    posts,
    living: (): ModelPost[] => inOrder().filter(({ isDeleted }) => !isDeleted),
    isMember: (userId: string): boolean => unreadOf.has(userId),
    members: (): string[] => [...unreadOf.keys()],
    /** A round of talk: what was posted, in the order of its moments, and what each member had seen by its own doing. */
    talk(posted: readonly ModelPost[], seen: ReadonlyMap<string, Seen>): void {
      for (const post of posted) posts.set(post.id, post)
      for (const [userId, unread] of unreadOf) {
        const own = seen.get(userId)
        if (own?.kind === 'from') {
          unread.clear()
          for (const post of inOrder()) if (post.createAt >= own.at && !post.isDeleted) unread.add(post)
          continue
        }
        if (own) unread.clear()
        for (const post of posted) if (post.authorId !== userId && post.createAt > (own?.at ?? 0)) unread.add(post)
      }
    },
    /** Who comes has read everything. */
    join(userId: string): void { if (!unreadOf.has(userId)) unreadOf.set(userId, new Set()) },
    leave(userId: string): void { unreadOf.delete(userId) },
    /** A root takes its replies with it. Counts of what is unread stay as they are, as in Mattermost. */
    remove(postId: string): void {
      for (const post of posts.values()) if (post.id === postId || post.rootId === postId) post.isDeleted = true
    },
    replies: (rootId: string): number => [...posts.values()].filter((post) => post.rootId === rootId && !post.isDeleted).length,
    expected(userId: string): Expected {
      const unread = [...unreadOf.get(userId) ?? []]
      return {
        unread: unread.length,
        mentions: unread.filter((post) => post.authorId !== userId && (post.mentionsEverybody || post.named.has(userId))).length,
      }
    },
  }
}

export type ChannelModel = ReturnType<typeof createChannelModel>
