import type { RookeryEvent } from '@rookery/sdk/protocol'
import { createAccess, createDirectory, createMembershipCache, createRoles, createSessionStore, type Access, type Directory, type MembershipCache, type SessionStore } from '../auth/index.ts'
import type { Tail, Writer } from '../events/index.ts'
import type { AnyImplementation } from '../operations/index.ts'
import { sql, textArray } from '../storage/index.ts'
import { createCategories } from './categories/categories.ts'
import { selectChannel } from './channels/channel-rows.ts'
import { createChannelStats } from './channels/channel-stats.ts'
import { createChannelChanges } from './channels/change-channel.ts'
import { createChannelLists } from './channels/list-channels.ts'
import { createChannelMemberSettings } from './channels/member-settings.ts'
import { createChannelMembers } from './channels/members.ts'
import { createChannels } from './channels/channels.ts'
import { createChannelProps } from './channels/channel-props.ts'
import { createDirectChannels } from './channels/open-direct.ts'
import { createChannelMemberReading } from './channels/read-members.ts'
import { createChannelViewing } from './channels/view-channels.ts'
import { createDrafts } from './drafts/drafts.ts'
import { createSentDrafts, type SentDrafts } from './drafts/sent-drafts.ts'
import { createEmoji } from './emoji/emoji.ts'
import { selectFile } from './files/file-rows.ts'
import { createPictureReader } from './files/read-picture.ts'
import { createFileReading } from './files/read-file.ts'
import { createFileStoring } from './files/store-file.ts'
import { createFileSweeper, type FileSweeper } from './files/sweep-files.ts'
import { createFileUpload } from './files/upload-file.ts'
import { createUploads } from './files/uploads.ts'
import type { ChatParts } from './parts.ts'
import { createPostBatch, type PostBatch } from './posts/post-batch.ts'
import { createPostDeletion } from './posts/delete-post.ts'
import { createPostEditing } from './posts/edit-post.ts'
import { createEphemeralPosts } from './posts/ephemeral-post.ts'
import { createHistory } from './posts/history.ts'
import { createUnreadMarking } from './posts/mark-unread.ts'
import { createNewestPages } from './posts/newest-pages.ts'
import { createPostExtras } from './posts/post-extras.ts'
import { createPostProps } from './posts/post-props.ts'
import { createPostReading, createPostReadingOperations } from './posts/read-post.ts'
import { createSystemPosts } from './posts/system-posts.ts'
import { createThreadPosts } from './posts/thread-posts.ts'
import { createPostWriting } from './posts/write-post.ts'
import { createPreferences } from './preferences/preferences.ts'
import { createReactions } from './reactions/reactions.ts'
import { createPermissionTest } from './roles/test-permission.ts'
import { createRoleOperations } from './roles/roles.ts'
import { createAccessTokens } from './sessions/access-tokens.ts'
import { createSessionUpkeep, type SessionUpkeep } from './sessions/session-upkeep.ts'
import { createSessions } from './sessions/sessions.ts'
import { createSignIn } from './sessions/sign-in.ts'
import { createTeamChanges } from './teams/change-team.ts'
import { createTeamCounts } from './teams/team-counts.ts'
import { createTeamIcons } from './teams/team-icons.ts'
import { createTeamMembers } from './teams/team-members.ts'
import { createLooks, type Looks } from './statuses/looks.ts'
import { createPresence, type Listening, type Presence } from './statuses/presence.ts'
import { createStatusStore } from './statuses/status-store.ts'
import { createStatuses } from './statuses/statuses.ts'
import { createHealth } from './system/health.ts'
import { createSettings, loadSettings } from './system/settings.ts'
import { createStatistics } from './system/statistics.ts'
import { createTestMail } from './system/test-mail.ts'
import { createSystem } from './system/system.ts'
import { createMailedInvitations } from './teams/mailed-invitations.ts'
import { createTeamInvitations } from './teams/team-invitations.ts'
import { selectTeam } from './teams/team-rows.ts'
import { createTeams } from './teams/teams.ts'
import { createThreadFollowing } from './threads/follow-threads.ts'
import { createThreadReading } from './threads/list-threads.ts'
import { createTyping } from './typing/typing.ts'
import { createUserCreation } from './users/create-user.ts'
import { createWelcome } from './users/welcome.ts'
import { areAcquainted } from './users/acquaintance.ts'
import { createUserAdministration } from './users/administer-users.ts'
import { createBots, type Bots } from './users/bots.ts'
import { createEmailVerification, createEmailVerifications } from './users/email-verifications.ts'
import { createGuests } from './users/guests.ts'
import { createUserLists } from './users/list-users.ts'
import { createPasswordNotices } from './users/password-notices.ts'
import { createPasswordResets } from './users/password-resets.ts'
import { createPasswordChanges } from './users/passwords.ts'
import { createUserPatching } from './users/patch-user.ts'
import { createPictures } from './users/pictures.ts'
import { createUserSearch } from './users/search-users.ts'
import { selectUser } from './users/user-rows.ts'
import { createUserProps } from './users/user-props.ts'
import { createUserReading } from './users/users.ts'

type Foundation = Omit<ChatParts, 'access' | 'directory' | 'memberships' | 'roles' | 'sessions' | 'systemPosts'> & { readonly writer: Writer, readonly tail: Tail }

export interface Chat {
  readonly implementations: readonly AnyImplementation[]
  readonly access: Access
  readonly directory: Directory
  readonly memberships: MembershipCache
  readonly sessions: SessionStore
  readonly batch: PostBatch
  readonly fileSweeper: FileSweeper
  readonly sessionUpkeep: SessionUpkeep
  readonly sentDrafts: SentDrafts
  readonly presence: Presence
  readonly looks: Looks
  readonly bots: Bots
  /** Tells memory of an event of the log; hearing of it twice does no harm. */
  learn(event: RookeryEvent): void
  /** Reads what is held in memory from the start. */
  load(): Promise<void>
}

/** Puts the nouns of the chat together. Who listens is known only to the hub, which comes later. */
export function createChat(foundation: Foundation, listening: Listening): Chat {
  const { db, writer, clock, tokens, settings } = foundation
  const directory = createDirectory({ load: {
    user: (id) => selectUser(db, id), team: (id) => selectTeam(db, id), channel: (id) => selectChannel(db, id),
  } })
  const memberships = createMembershipCache({ db })
  const roles = createRoles(foundation)
  const sessions = createSessionStore({ db, clock, tokens, directory, settings })
  const reading = createPostReading({ db })
  const access = createAccess({
    directory, memberships, roles, loadPost: reading.find, loadFile: (id) => selectFile(db, id),
    areAcquainted: (userId, otherId) => areAcquainted(db, userId, otherId),
    loadAcquaintances: async (userId) => {
      const rows = await db.any<{ id: string }>(sql`
        select distinct theirs.user_id as id from channel_members mine join channel_members theirs on theirs.channel_id = mine.channel_id
        where mine.user_id = ${userId}`)
      return rows.map((row) => row.id)
    },
    loadPlaces: (channelIds, openTeamIds) => channelIds === 'all' ? db.any(sql`select id, team_id as "teamId" from channels`) : db.any(sql`
      select id, team_id as "teamId" from channels where id = any (${textArray(channelIds)}) or (team_id = any (${textArray(openTeamIds)}) and type = 'O')`),
  })
  const batch = createPostBatch({ db, writer, clock })
  const systemPosts = createSystemPosts({ ...foundation, batch })
  const parts: ChatParts = { ...foundation, directory, memberships, roles, sessions, access, systemPosts }
  const storing = createFileStoring(parts)
  const verification = createEmailVerification(parts)
  const passwordNotices = createPasswordNotices(parts)
  const invitations = createMailedInvitations(parts)
  const pictures = createPictureReader()
  const statuses = createStatusStore({ db })
  const presence = createPresence({ ...foundation, store: statuses, listening, settings: settings.statuses })
  const looks = createLooks({ listening })
  const newestPages = createNewestPages()
  const posts = { ...parts, batch, reading, newestPages, onlineMembers: presence.onlineMembers, extras: createPostExtras(parts) }
  const sentDrafts = createSentDrafts(foundation)
  const learn = (event: RookeryEvent): void => {
    directory.learn(event)
    memberships.learn(event)
    roles.learn(event)
    sessions.learn(event)
    newestPages.learn(event)
  }
  writer.onCommitted(learn)
  // What follows from an event happens once, on the node that caused it.
  writer.onCommitted((event) => {
    sentDrafts.follow(event)
    presence.follow(event)
  })
  return {
    sessionUpkeep: createSessionUpkeep(parts), fileSweeper: createFileSweeper(foundation),
    access, directory, memberships, sessions, batch, learn, sentDrafts, presence, looks, bots: createBots(parts),
    async load() {
      await roles.load()
      await loadSettings(parts)
      await presence.load()
    },
    implementations: [
      createUserCreation({ ...parts, verification, welcome: createWelcome(parts), invitations, joining: parts }),
      ...createUserReading(parts),
      ...createUserLists(parts),
      ...createUserSearch(parts),
      ...createUserPatching({ ...parts, verification }),
      ...createUserProps(parts),
      ...createUserAdministration(parts),
      ...createPasswordChanges({ ...parts, passwordNotices }),
      ...createPasswordResets({ ...parts, passwordNotices }),
      ...createEmailVerifications({ ...parts, verification }),
      ...createGuests(parts),
      ...createPictures({ ...parts, pictures }),
      ...createSignIn(parts),
      ...createSessions(parts),
      ...createAccessTokens(parts),
      ...createTeams(parts),
      ...createTeamChanges(parts),
      ...createTeamCounts(parts),
      ...createTeamIcons({ ...parts, pictures }),
      ...createTeamMembers(parts),
      ...createTeamInvitations({ ...parts, invitations }),
      ...createChannels(parts),
      ...createDirectChannels(parts),
      ...createChannelLists(parts),
      ...createChannelChanges(parts),
      ...createChannelProps(parts),
      ...createChannelMembers(parts),
      ...createChannelMemberReading(parts),
      ...createChannelMemberSettings(parts),
      createChannelViewing(parts),
      ...createChannelStats(parts),
      ...createPostWriting(posts),
      ...createPostReadingOperations(posts),
      ...createHistory(posts),
      ...createThreadPosts(posts),
      ...createPostEditing(posts),
      createPostProps(posts),
      ...createPostDeletion(posts),
      ...createEphemeralPosts(posts),
      ...createUnreadMarking(posts),
      ...createReactions(posts),
      ...createThreadReading(posts),
      ...createThreadFollowing(posts),
      createFileUpload({ ...parts, storing }),
      ...createUploads({ ...parts, storing }),
      ...createFileReading(parts),
      ...createEmoji(parts),
      ...createCategories(parts),
      ...createDrafts(parts),
      ...createPreferences(parts),
      ...createRoleOperations(parts),
      ...createPermissionTest(parts),
      ...createStatuses({ ...parts, store: statuses, presence, looks, listening }),
      ...createTyping(parts),
      ...createSettings(parts),
      ...createSystem(parts),
      createTestMail(parts),
      ...createStatistics(parts),
      ...createHealth({ ...parts, tail: foundation.tail }),
    ],
  }
}
