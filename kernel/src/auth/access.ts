import { RookeryError, type Channel, type FileInfo, type Permission, type Post, type Team, type User } from '@rookery/sdk/protocol'
import type { Context, PluginReach } from '../operations/index.ts'
import type { Directory } from './directory.ts'
import { noMemberships, type MembershipCache, type Memberships } from './membership-cache.ts'
import type { Membership, MembershipList } from './membership-list.ts'
import type { Roles } from './role-cache.ts'

/**
 * The doors to every row: each finds a thing and checks that the actor may do what it names, or throws. Where the
 * actor may not even know of the thing, the answer is that there is none.
 */
export interface Access {
  /** The signed-in user's id. */
  userId(context: Context): string
  hasSystem(context: Context, permission: Permission): boolean
  system(context: Context, permission: Permission): void
  /** The account itself, or whoever holds `permission` over all accounts. */
  self(context: Context, userId: string, permission?: Permission): Promise<User>
  /**
   * An account that the actor may change: its own, or with `permission` another's; those of system admins only as one
   * who manages the system.
   */
  account(context: Context, userId: string, permission: Permission): Promise<User>
  /** Whether no account is hidden from the actor; else those are who share no channel with it. */
  seesEverybody(context: Context): boolean
  /** The account itself and nobody else, not even an admin: for what is private. */
  own(context: Context, userId: string): void
  /** An account that the actor may see: everybody, or for guests those who share a channel. */
  user(context: Context, userId: string): Promise<User>
  /** Who is visible to a guest: those who share a channel. Undefined where the actor sees everybody. */
  visibleUserIds(context: Context): Promise<ReadonlySet<string> | undefined>
  hasTeam(context: Context, teamId: string, permission: Permission): Promise<boolean>
  /** A team that the actor may see; with a permission, one in which it holds that. Archived ones only where they are asked for by those who manage them. */
  team(context: Context, teamId: string, permission?: Permission, options?: { includeArchived?: boolean }): Promise<Team>
  hasChannel(context: Context, channel: Channel, permission: Permission): Promise<boolean>
  /** Whether the actor may know of the channel: its members, and of public ones whoever may read those of the team. */
  seesChannel(context: Context, channel: Channel): Promise<boolean>
  /**
   * A channel of which the actor may know; with a permission, one in which it holds that: 'read_channel_content' to read
   * what is said there, 'read_channel' to see who belongs there.
   */
  channel(context: Context, channelId: string, permission?: Permission): Promise<Channel>
  /** A channel to which the actor belongs, whatever rights it holds elsewhere: for what is the members' own affair. */
  joinedChannel(context: Context, channelId: string): Promise<{ channel: Channel, isGuest: boolean }>
  /** All channels that the actor may read, also public ones to which it does not belong: for conditions of queries. */
  readableChannelIds(context: Context): Promise<string[]>
  /** Whether a plugin that acts is at work there; everybody else is at home everywhere. Rights are another matter. */
  reachesChannel(context: Context, channel: Pick<Channel, 'id' | 'teamId'>): Promise<boolean>
  reachesTeam(context: Context, teamId: string): boolean
  /** The actor's memberships. */
  memberships(context: Context): Promise<Memberships>
  /** A post in a channel in which the actor holds the permission. */
  post(context: Context, postId: string, permission: Permission, options?: { includeDeleted?: boolean }): Promise<{ post: Post, channel: Channel }>
  /** A file that the actor may read: its uploader until a post takes it, then whoever reads the channel. */
  file(context: Context, fileId: string): Promise<StoredFileInfo>
}

export interface StoredFileInfo extends FileInfo {
  readonly storageKey: string
  readonly sha256: string
}

interface AccessParts {
  readonly directory: Directory
  readonly memberships: MembershipCache
  readonly roles: Roles
  readonly loadPost: (id: string) => Promise<Post | undefined>
  /** Files of deleted posts are no more. */
  readonly loadFile: (id: string) => Promise<StoredFileInfo | undefined>
  /** Whether two users share a channel. */
  readonly areAcquainted: (userId: string, otherId: string) => Promise<boolean>
  /** Those who share a channel with the user. */
  readonly loadAcquaintances: (userId: string) => Promise<string[]>
  /** These channels, and the public ones of these teams; 'all' for every channel. */
  readonly loadPlaces: (channelIds: readonly string[] | 'all', openTeamIds: readonly string[]) => Promise<readonly ChannelPlace[]>
}

interface ChannelPlace { readonly id: string, readonly teamId: string }

/** What the account of a plugin may do where the plugin is at work. */
const botTeamRoles = ['team_user']
const botChannelRoles = ['channel_user']

function rolesOf(membership: Membership, noun: 'team' | 'channel'): string[] {
  const names = [membership.isGuest ? `${noun}_guest` : `${noun}_user`]
  if (membership.isAdmin) names.push(`${noun}_admin`)
  if (membership.explicitRoles) names.push(...membership.explicitRoles.split(' '))
  return names
}

export function createAccess({ directory, memberships, roles, loadPost, loadFile, areAcquainted, loadAcquaintances, loadPlaces }: AccessParts): Access {
  const userId = (context: Context): string => {
    if (context.actor.kind !== 'user') throw new RookeryError('not_signed_in')
    return context.actor.userId
  }
  const isSelf = (context: Context, id: string): boolean => context.actor.kind === 'user' && context.actor.userId === id
  const membershipsOf = (context: Context): Promise<Memberships> =>
    context.actor.kind === 'user' ? memberships.of(context.actor.userId) : Promise.resolve(noMemberships)
  const hasSystem = (context: Context, permission: Permission): boolean => {
    if (context.actor.kind === 'system' || context.actor.kind === 'local') return true
    return context.actor.kind === 'user' && roles.grants(context.actor.roles, permission)
  }
  const reachOf = ({ actor }: Context): PluginReach | undefined => (actor.kind === 'user' ? actor.plugin : undefined)
  /** Whether a plugin is at work in the channel; its account also where it was made a member. */
  const isWithinReach = async (context: Context, channel: Pick<Channel, 'id' | 'teamId'>): Promise<boolean> => {
    const reach = reachOf(context)
    if (!reach || reach.reaches(channel)) return true
    return reach.isBot && (await membershipsOf(context)).channels.has(channel.id)
  }
  const hasTeam = async (context: Context, teamId: string, permission: Permission): Promise<boolean> => {
    const reach = reachOf(context)
    if (reach && !reach.reachesTeam(teamId)) return false
    if (reach?.isBot && roles.grants(botTeamRoles, permission)) return true
    if (hasSystem(context, permission)) return true
    const membership = (await membershipsOf(context)).teams.get(teamId)
    return membership !== undefined && roles.grants(rolesOf(membership, 'team'), permission)
  }
  const hasChannel = async (context: Context, channel: Channel, permission: Permission): Promise<boolean> => {
    if (!(await isWithinReach(context, channel))) return false
    if (reachOf(context)?.isBot && roles.grants(botChannelRoles, permission)) return true
    if (hasSystem(context, permission)) return true
    const mine = await membershipsOf(context)
    const membership = mine.channels.get(channel.id)
    if (membership && roles.grants(rolesOf(membership, 'channel'), permission)) return true
    const teamMembership = channel.teamId ? mine.teams.get(channel.teamId) : undefined
    if (!teamMembership) return false
    const teamRoles = rolesOf(teamMembership, 'team')
    if (roles.grants(teamRoles, permission)) return true
    // Whoever may read public channels of the team reads what is said there without being a member; who belongs there is the members' affair.
    return channel.type === 'O' && permission === 'read_channel_content' && roles.grants(teamRoles, 'read_public_channel')
  }
  const seesChannel = async (context: Context, channel: Channel): Promise<boolean> => {
    if (!(await isWithinReach(context, channel))) return false
    if ((await membershipsOf(context)).channels.has(channel.id)) return true
    return await hasChannel(context, channel, 'read_channel') || (channel.type === 'O' && hasTeam(context, channel.teamId, 'read_public_channel'))
  }
  const seesEverybody = (context: Context): boolean => context.actor.kind !== 'user' || hasSystem(context, 'view_members')
  const visibleUserIds = async (context: Context): Promise<ReadonlySet<string> | undefined> => {
    if (seesEverybody(context) || context.actor.kind !== 'user') return undefined
    return new Set([context.actor.userId, ...await loadAcquaintances(context.actor.userId)])
  }
  const user = async (context: Context, id: string): Promise<User> => {
    const found = await directory.users.get(id)
    if (!found) throw new RookeryError('user_not_found')
    if (seesEverybody(context) || isSelf(context, id)) return found
    if (!(await areAcquainted(userId(context), id))) throw new RookeryError('user_not_found')
    return found
  }
  const channel = async (context: Context, channelId: string, permission?: Permission): Promise<Channel> => {
    const found = await directory.channels.get(channelId)
    if (!found) throw new RookeryError('channel_not_found')
    // A team's admin holds rights in private channels of which it may not know: they count only where it may.
    if (!(await seesChannel(context, found))) throw new RookeryError('channel_not_found')
    if (permission && !(await hasChannel(context, found, permission))) throw new RookeryError('permission_missing', { permission })
    return found
  }
  return {
    userId,
    hasSystem,
    system(context, permission) {
      if (!hasSystem(context, permission)) throw new RookeryError('permission_missing', { permission })
    },
    async self(context, id, permission = 'edit_other_users') {
      const found = await user(context, id)
      if (!isSelf(context, id) && !hasSystem(context, permission)) throw new RookeryError('permission_missing', { permission })
      return found
    },
    async account(context, id, permission) {
      const found = await user(context, id)
      if (isSelf(context, id)) return found
      const needed = found.roles.split(' ').includes('system_admin') ? ['manage_system', permission] as const : [permission]
      for (const each of needed) if (!hasSystem(context, each)) throw new RookeryError('permission_missing', { permission: each })
      return found
    },
    seesEverybody,
    own(context, id) {
      if (userId(context) !== id) throw new RookeryError('permission_missing', { permission: 'edit_other_users' })
    },
    user,
    visibleUserIds,
    hasTeam,
    async team(context, teamId, permission, { includeArchived = false } = {}) {
      const found = await directory.teams.get(teamId)
      if (!found) throw new RookeryError('team_not_found')
      if (found.deleteAt > 0 && !(includeArchived && await hasTeam(context, teamId, 'manage_team'))) throw new RookeryError('team_not_found')
      const reach = reachOf(context)
      if (reach && !reach.reachesTeam(teamId)) throw new RookeryError('team_not_found')
      const isVisible = reach?.isBot || (await membershipsOf(context)).teams.has(teamId)
        || (found.allowOpenInvite && hasSystem(context, 'list_public_teams'))
        || hasSystem(context, 'list_private_teams')
      if (!isVisible) throw new RookeryError('team_not_found')
      if (permission && !(await hasTeam(context, teamId, permission))) throw new RookeryError('permission_missing', { permission })
      return found
    },
    hasChannel,
    seesChannel,
    channel,
    async joinedChannel(context, channelId) {
      const found = await channel(context, channelId)
      const membership = (await membershipsOf(context)).channels.get(channelId)
      if (!membership) throw new RookeryError('permission_missing', { permission: 'read_channel' })
      return { channel: found, isGuest: membership.isGuest }
    },
    async readableChannelIds(context) {
      const { teams, channels } = await membershipsOf(context)
      const granting = (list: MembershipList, noun: 'team' | 'channel', permission: Permission): string[] => list.ids.filter((id) => {
        const membership = list.get(id)
        return membership !== undefined && roles.grants(rolesOf(membership, noun), permission)
      })
      const mine = granting(channels, 'channel', 'read_channel_content')
      const open = granting(teams, 'team', 'read_public_channel')
      const places = await loadPlaces(hasSystem(context, 'read_channel_content') ? 'all' : mine, open)
      const reach = reachOf(context)
      return places.filter((place) => !reach || reach.reaches(place)).map(({ id }) => id)
    },
    reachesChannel: isWithinReach,
    reachesTeam: (context, teamId) => reachOf(context)?.reachesTeam(teamId) ?? true,
    memberships: membershipsOf,
    async post(context, postId, permission, { includeDeleted = false } = {}) {
      const post = await loadPost(postId)
      if (!post || (post.deleteAt > 0 && !includeDeleted)) throw new RookeryError('post_not_found')
      const found = await directory.channels.get(post.channelId)
      if (!found || !(await seesChannel(context, found))) throw new RookeryError('post_not_found')
      if (!(await hasChannel(context, found, permission))) throw new RookeryError('permission_missing', { permission })
      return { post, channel: found }
    },
    async file(context, fileId) {
      const file = await loadFile(fileId)
      if (!file) throw new RookeryError('file_not_found')
      if (file.postId === '') {
        if (context.actor.kind === 'user' && context.actor.userId === file.userId) return file
        throw new RookeryError('file_not_found')
      }
      const found = await directory.channels.get(file.channelId)
      if (!found || !(await hasChannel(context, found, 'read_channel_content'))) throw new RookeryError('file_not_found')
      return file
    },
  }
}
