import type { Post } from '@rookery/sdk/protocol'
import type { PermissionName } from '../../data/index.ts'
import { ephemeralType, isSystem } from './system-text.ts'

export interface PostRights {
  readonly mayEdit: boolean
  readonly mayDelete: boolean
  readonly mayPin: boolean
  readonly mayReact: boolean
  readonly mayReply: boolean
}

export interface RightFacts {
  readonly isOwn: boolean
  /** Nothing changes any more in an archived channel. */
  readonly isArchived: boolean
  /** How long after it was written a post may say something else, -1 for always. */
  readonly editWindowSeconds: number
  readonly now: number
  /** Whether the reader holds a permission in the channel of the post. */
  has(permission: PermissionName): boolean
}

/** What is offered with a post: what the server would not refuse. */
export function postRightsOf(post: Pick<Post, 'type' | 'deleteAt' | 'createAt'>, { isOwn, isArchived, editWindowSeconds, now, has }: RightFacts): PostRights {
  const isThere = post.deleteAt === 0 && post.type !== ephemeralType && !isArchived
  const isSaid = isThere && !isSystem(post)
  const isInTime = editWindowSeconds < 0 || now <= post.createAt + editWindowSeconds * 1000
  return {
    mayEdit: isSaid && isInTime && has('edit_post') && (isOwn || has('edit_others_posts')),
    mayDelete: isThere && (isOwn ? isSaid && has('delete_post') : has('delete_others_posts')),
    mayPin: isSaid && has('create_post'),
    mayReact: isSaid && has('add_reaction'),
    mayReply: isSaid && has('create_post'),
  }
}
