import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import type { Channel, Team } from '@rookery/sdk/protocol'
import { categoryOf, isMuted, useCategories, useChannels, usePlace } from '../../data/index.ts'
import { useAction } from '../action.ts'
import { useChannelNames } from '../channel-names.ts'
import { useCopying } from '../copy-text.ts'
import { useDialogs } from '../dialogs/dialogs.ts'
import { canHold, type Section } from './sections.ts'
import { useSidebarView } from './sidebar-view.ts'

/** What is done with channels from menus, the palette and by shortcuts. */
export function useChannelDeeds(team: () => Team) {
  const [channels, categories, place, copy, dialogs, view, names, router, { t }] =
    [useChannels(), useCategories(), usePlace(), useCopying(), useDialogs(), useSidebarView(), useChannelNames(), useRouter(), useI18n()]
  const sidebar = () => categories.sidebars.get(team().id) ?? []
  const standardOf = ({ type }: Channel) => sidebar().find((category) => category.type === (type === 'D' || type === 'G' ? 'direct_messages' : 'channels'))
  const isFavorite = ({ id }: Channel): boolean => categoryOf(sidebar(), id)?.type === 'favorites'
  const saving = useAction((work: () => Promise<unknown>) => work(), { tells: 'toast' })

  const open = (channel: Channel): Promise<unknown> => router.push(names.value.link(channel, team().name))
  const toggleFavorite = (channel: Channel) => saving.run(async () => {
    const target = isFavorite(channel) ? standardOf(channel) : sidebar().find(({ type }) => type === 'favorites')
    if (target) await categories.putChannel(team().id, channel.id, target.id)
  })
  const toggleMuted = (channel: Channel) => saving.run(() => channels.setNotifyProps(channel.id, { mark_unread: isMuted(channels.members.get(channel.id)) ? 'all' : 'mention' }))
  const markRead = (channelIds: readonly string[]) => saving.run(() => channels.markRead(channelIds.filter((id) => channels.unread(id).messages > 0 || channels.unread(id).mentions > 0)))
  const copyLink = (channel: Channel) => copy(new URL(router.resolve(names.value.link(channel, team().name)).href, location.origin).href, t('channel.linkCopied'))
  /** Away from a channel that is no longer there. */
  const leaveView = async (channelId: string): Promise<void> => {
    if (place.channelId !== channelId) return
    const next = channels.byName(team().id, 'town-square') ?? view.all.find(({ id }) => id !== channelId)
    await (next ? open(next) : router.push({ name: 'team', params: { team: team().name } }))
  }
  const leave = (channel: Channel): void => {
    if (channel.type === 'P') dialogs.open('confirmChannel', { channelId: channel.id, deed: 'leave' })
    else void saving.run(async () => {
      if (channel.type === 'O') await channels.leave(channel.id)
      else await view.setClosed(channel, true)
      await leaveView(channel.id)
    })
  }
  /** One place up or down; beyond the edge of its category into the next one that holds such channels. */
  const moveBy = (channel: Channel, step: 1 | -1) => saving.run(async () => {
    const at = view.sections.findIndex((section) => section.channels.some(({ id }) => id === channel.id))
    const idsOf = (section: Section | undefined): string[] => section?.channels.map(({ id }) => id) ?? []
    const ids = idsOf(view.sections[at])
    const to = ids.indexOf(channel.id) + step
    if (at >= 0 && to >= 0 && to < ids.length) return categories.moveChannel(team().id, channel.id, view.sections[at]?.category.id ?? '', to, ids)
    for (let next = at + step; view.sections[next]; next += step) {
      const section = view.sections[next]
      if (section && canHold(section.category, channel)) return categories.moveChannel(team().id, channel.id, section.category.id, step > 0 ? 0 : section.channels.length, idsOf(section))
    }
    return undefined
  })
  /** Past the next category that is on the screen: empty favourites are not. */
  const moveCategoryBy = (categoryId: string, step: 1 | -1) => saving.run(async () => {
    const shown = sidebar().filter(({ id, type, channelIds }) => id === categoryId || type !== 'favorites' || channelIds.length > 0).map(({ id }) => id)
    const neighbour = shown[shown.indexOf(categoryId) + step]
    const others = sidebar().map(({ id }) => id).filter((id) => id !== categoryId)
    if (neighbour) await categories.move(team().id, categoryId, others.indexOf(neighbour) + (step > 0 ? 1 : 0))
  })
  const moveTo = (channel: Channel, categoryId: string) => saving.run(() => categories.putChannel(team().id, channel.id, categoryId))
  return { open, isFavorite, toggleFavorite, toggleMuted, markRead, copyLink, leave, leaveView, moveBy, moveCategoryBy, moveTo, saving }
}
