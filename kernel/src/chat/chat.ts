import { createAccess, createDirectory, createMembershipCache, createRoles, createSessionStore, type Access, type Directory, type MembershipCache, type SessionStore } from '../auth/index.ts'
import type { Writer } from '../events/index.ts'
import type { AnyImplementation } from '../operations/index.ts'
import { sql } from '../storage/index.ts'
import { selectChannel } from './channels/channel-rows.ts'
import { createChannelMembers } from './channels/members.ts'
import { createChannels } from './channels/channels.ts'
import type { ChatParts } from './parts.ts'
import { createPostBatch, type PostBatch } from './posts/post-batch.ts'
import { createPostDeletion } from './posts/delete-post.ts'
import { createPostEditing } from './posts/edit-post.ts'
import { createEphemeralPosts } from './posts/ephemeral-post.ts'
import { createHistory } from './posts/history.ts'
import { createUnreadMarking } from './posts/mark-unread.ts'
import { createPostExtras } from './posts/post-extras.ts'
import { createPostReading, createPostReadingOperations } from './posts/read-post.ts'
import { createThreadPosts } from './posts/thread-posts.ts'
import { createPostWriting } from './posts/write-post.ts'
import { createReactions } from './reactions/reactions.ts'
import { createSessions } from './sessions/sessions.ts'
import { selectTeam } from './teams/team-rows.ts'
import { createTeams } from './teams/teams.ts'
import { createThreadFollowing } from './threads/follow-threads.ts'
import { createThreadReading } from './threads/list-threads.ts'
import { createUserCreation } from './users/create-user.ts'
import { selectUser } from './users/user-rows.ts'
import { createUserReading } from './users/users.ts'

type Foundation = Omit<ChatParts, 'access' | 'directory' | 'memberships' | 'roles' | 'sessions'> & { readonly writer: Writer }

export interface Chat {
  readonly implementations: readonly AnyImplementation[]
  readonly access: Access
  readonly directory: Directory
  readonly memberships: MembershipCache
  readonly sessions: SessionStore
  readonly batch: PostBatch
  /** Reads what is held in memory from the start. */
  load(): Promise<void>
}

/** Puts the nouns of the chat together. `onlineMembers` is known only to the hub, which comes later. */
export function createChat(foundation: Foundation, { onlineMembers }: { onlineMembers: (channelId: string) => string[] }): Chat {
  const { db, writer, clock, tokens } = foundation
  const directory = createDirectory({ load: {
    user: (id) => selectUser(db, id), team: (id) => selectTeam(db, id), channel: (id) => selectChannel(db, id),
  } })
  const memberships = createMembershipCache({ db })
  const roles = createRoles(foundation)
  const sessions = createSessionStore({ db, clock, tokens, directory })
  const reading = createPostReading({ db })
  const access = createAccess({
    directory, memberships, roles, loadPost: reading.find,
    loadAcquaintances: async (userId) => {
      const rows = await db.any<{ id: string }>(sql`
        select distinct theirs.user_id as id from channel_members mine join channel_members theirs on theirs.channel_id = mine.channel_id
        where mine.user_id = ${userId}`)
      return rows.map((row) => row.id)
    },
  })
  const batch = createPostBatch({ db, writer, clock })
  const parts: ChatParts = { ...foundation, directory, memberships, roles, sessions, access }
  const posts = { ...parts, batch, reading, onlineMembers, extras: createPostExtras(parts) }
  writer.onCommitted((event) => {
    directory.learn(event)
    memberships.learn(event)
    sessions.learn(event)
  })
  return {
    access, directory, memberships, sessions, batch,
    load: () => roles.load(),
    implementations: [
      createUserCreation({ ...parts, joining: parts }),
      ...createUserReading(parts),
      ...createSessions(parts),
      ...createTeams(parts),
      ...createChannels(parts),
      ...createChannelMembers(parts),
      ...createPostWriting(posts),
      ...createPostReadingOperations(posts),
      ...createHistory(posts),
      ...createThreadPosts(posts),
      ...createPostEditing(posts),
      ...createPostDeletion(posts),
      ...createEphemeralPosts(posts),
      ...createUnreadMarking(posts),
      ...createReactions(posts),
      ...createThreadReading(posts),
      ...createThreadFollowing(posts),
    ],
  }
}
