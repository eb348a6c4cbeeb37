import type { Post } from '@rookery/sdk/protocol'
import { useChannels, useLimits, usePermissions, useSession } from '../../data/index.ts'
import { postRightsOf, type PostRights } from './post-rights.ts'

/** What the server would not refuse whoever is signed in to do with a post. */
export function usePostRights(): (post: Post) => PostRights {
  const [channels, limits, permissions, session] = [useChannels(), useLimits(), usePermissions(), useSession()]
  return (post) => postRightsOf(post, {
    isOwn: post.userId === session.me?.id, isArchived: (channels.channels.get(post.channelId)?.deleteAt ?? 0) > 0, editWindowSeconds: limits.limits.editWindowSeconds, now: Date.now(),
    has: (permission) => permissions.has(permission, { channelId: post.channelId }),
  })
}
