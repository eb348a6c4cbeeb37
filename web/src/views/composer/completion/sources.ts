import { useI18n } from 'vue-i18n'
import type { Channel, User } from '@rookery/sdk/protocol'
import { foldText, useChannels, useSlashCommands, useEmoji, usePermissions, usePlace, useUsers } from '../../../data/index.ts'
import { useFormats } from '../../../locales/index.ts'
import { useChannelNames } from '../../channel-names.ts'
import type { Choice } from './choice.ts'
import type { Query } from './query.ts'

export interface CompletionPlace { readonly channel: Channel, readonly rootId: string }

const maximumChoices = 20
const begins = (term: string) => (text: string): boolean => foldText(text).startsWith(term)

/** Where the rows come from, for each kind of query. What fails offers what is known here, and says that there may be more: typing goes on. */
export function useSources(): (query: Query, place: CompletionPlace) => Promise<readonly Choice[]> {
  const [channels, users, emoji, commands, permissions, place] = [useChannels(), useUsers(), useEmoji(), useSlashCommands(), usePermissions(), usePlace()]
  const [names, formats] = [useChannelNames(), useFormats()]
  const { t } = useI18n()

  const userChoice = (group: string) => (user: User): Choice => ({
    key: `user/${user.id}`, kind: 'user', insert: `@${user.username} `, title: names.value.person(user), detail: `@${user.username}`, group, user,
  })
  const failed: Choice = { key: 'failed', kind: 'user', insert: '', title: '', detail: t('switcher.failed'), group: '', isHint: true }
  const everybody = (term: string, channel: Channel): Choice[] => {
    if (channel.type === 'D' || !permissions.mayIn(channel.id, 'use_channel_mentions')) return []
    return ['channel', 'all', 'here'].filter(begins(term)).map((word) => ({
      key: `everybody/${word}`, kind: 'everybody', insert: `@${word} `, title: `@${word}`, group: t('composer.everybody'),
      detail: t(word === 'here' ? 'composer.everybodyHere' : 'composer.everybodyIn', { count: channel.memberCount }),
    }))
  }
  const ofUsers = async (told: string, channel: Channel): Promise<Choice[]> => {
    const term = foldText(told)
    const teamId = channel.teamId || place.teamId
    const found = await users.autocomplete({ name: term, channelId: channel.id, ...(teamId && { teamId }), limit: maximumChoices }).then((answer) => ({ ...answer, isFailed: false }), () => ({
      isFailed: true, users: [...users.users.values()].filter((user) => user.deleteAt === 0 && [user.username, user.nickname, user.firstName, user.lastName].some(begins(term))), outOfChannel: [],
    }))
    const members = found.users.slice(0, maximumChoices).map(userChoice(t('composer.members')))
    const others = channel.type === 'D' || channel.type === 'G' ? [] : (found.outOfChannel ?? []).slice(0, maximumChoices - members.length).map(userChoice(t('composer.notMembers')))
    // Whoever types a name in full wants the person, else "@a" would offer everybody first.
    const all = term === '' || 'channel all here'.split(' ').some((word) => word === term) ? [...everybody(term, channel), ...members, ...others] : [...members, ...everybody(term, channel), ...others]
    return found.isFailed ? [...all, failed] : all
  }
  const channelChoice = (group: string) => (channel: Channel): Choice => ({
    key: `channel/${channel.id}`, kind: 'channel', insert: `~${channel.name} `, title: channel.displayName, detail: `~${channel.name}`, group, isPrivate: channel.type === 'P',
  })
  const ofChannels = async (told: string, { teamId: ownTeamId }: Channel): Promise<Choice[]> => {
    const term = foldText(told)
    const teamId = ownTeamId || place.teamId
    const fits = begins(term)
    const mine = channels.ofTeam(teamId).filter(({ type, name, displayName }) => (type === 'O' || type === 'P') && (fits(name) || displayName.split(' ').some(fits) || fits(displayName)))
      .sort((one, other) => formats.value.compare(one.displayName, other.displayName)).slice(0, maximumChoices)
    const known = new Set(mine.map(({ id }) => id))
    const others = term === '' || mine.length >= maximumChoices ? [] : await channels.search({ teamId, term: told, scope: 'public' }).catch(() => undefined)
    if (!others) return [...mine.map(channelChoice(t('composer.myChannels'))), failed]
    return [...mine.map(channelChoice(t('composer.myChannels'))), ...others.filter(({ id }) => !known.has(id)).slice(0, maximumChoices - mine.length).map(channelChoice(t('composer.otherChannels')))]
  }
  const ofEmoji = async (term: string): Promise<Choice[]> => (await emoji.search(term, maximumChoices).catch(() => [])).map(({ name, characters, picture }) => ({
    key: `emoji/${name}`, kind: 'emoji', insert: `:${name}: `, title: `:${name}:`, detail: '', group: '', characters, picture,
  }))
  const ofCommands = async (text: string, { channel, rootId }: CompletionPlace): Promise<Choice[]> => (await commands.suggest({ channelId: channel.id, rootId, text: `/${text}` })).slice(0, 50).map(
    ({ complete, suggestion, hint, description }, place): Choice => ({
      key: `command/${place}/${complete}`, kind: 'command', insert: `/${complete.trimEnd()} `, group: '', isHint: suggestion === '', detail: description,
      // The word of a command comes with its slash; what follows it does not.
      title: [text.includes(' ') ? suggestion : `/${suggestion}`, hint].filter((part) => part !== '').join(' '),
    }))

  return async ({ kind, term }, where) => {
    switch (kind) {
      case 'user': return ofUsers(term, where.channel)
      case 'channel': return ofChannels(term, where.channel)
      case 'emoji': return ofEmoji(term)
      case 'command': return ofCommands(term, where)
    }
  }
}
