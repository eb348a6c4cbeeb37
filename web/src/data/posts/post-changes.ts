import type { Post, Reaction } from '@rookery/sdk/protocol'

/** What is told later, without what only a reader is told: events know nothing of who follows, lists do. */
export function mergePost(known: Post | undefined, told: Post): Post {
  if (!known) return told
  if (told.updateAt < known.updateAt) return known
  return {
    ...told,
    isFollowing: told.isFollowing ?? known.isFollowing,
    participants: told.participants.length > 0 ? told.participants : known.participants,
  }
}

const isSame = (a: Reaction, b: Reaction): boolean => a.userId === b.userId && a.emojiName === b.emojiName

export function withReaction(post: Post, reaction: Reaction): Post {
  if (post.reactions.some((known) => isSame(known, reaction))) return post
  return { ...post, hasReactions: true, reactions: [...post.reactions, reaction] }
}

export function withoutReaction(post: Post, reaction: Reaction): Post {
  const reactions = post.reactions.filter((known) => !isSame(known, reaction))
  return reactions.length === post.reactions.length ? post : { ...post, hasReactions: reactions.length > 0, reactions }
}
