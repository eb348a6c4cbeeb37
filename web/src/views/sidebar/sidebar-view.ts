import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import type { Channel } from '@rookery/sdk/protocol'
import { choices, chosen, isMuted, useCategories, useChannels, usePlace, usePreferences } from '../../data/index.ts'
import { useFormats } from '../../locales/index.ts'
import { useChannelNames } from '../channel-names.ts'
import { sectionsOf, unreadsOf, wantsAttention, withUnreadsOnTop, type Looks } from './sections.ts'

const remembered = (key: string, standard: number): number => Number(localStorage.getItem(key)) || standard

/** In CSS pixels. */
export const sidebarWidths = { minimum: 180, maximum: 420, standard: 240 } as const
export const panelWidths = { minimum: 300, maximum: 720, standard: 400 } as const

/** The sidebar of the team on the screen: what stands in it, and how this browser shows it. */
export const useSidebarView = defineStore('sidebarView', () => {
  const [channels, categories, place, preferences, names, formats] = [useChannels(), useCategories(), usePlace(), usePreferences(), useChannelNames(), useFormats()]
  const isUnreadOnly = ref(sessionStorage.getItem('rookery.unreadOnly') === 'true')
  const isHidden = ref(localStorage.getItem('rookery.sidebarHidden') === 'true')
  const width = ref(remembered('rookery.sidebarWidth', sidebarWidths.standard))
  const panelWidth = ref(remembered('rookery.panelWidth', panelWidths.standard))
  watch(isUnreadOnly, (value) => { sessionStorage.setItem('rookery.unreadOnly', String(value)) })
  watch(isHidden, (value) => { localStorage.setItem('rookery.sidebarHidden', String(value)) })
  watch(width, (value) => { localStorage.setItem('rookery.sidebarWidth', String(value)) })
  watch(panelWidth, (value) => { localStorage.setItem('rookery.panelWidth', String(value)) })

  /** As Mattermost's clients keep it: a closed conversation is one whose preference says false. */
  const closingOf = (channel: Channel): readonly [string, string] => (channel.type === 'D' ? ['direct_channel_show', channels.partnerOf(channel)] : ['group_channel_show', channel.id])
  // What nobody has written in is shown to who opened it.
  const isClosed = (channel: Channel): boolean => {
    if (channel.type !== 'D' && channel.type !== 'G') return false
    const wanted = preferences.get(...closingOf(channel))
    return wanted === undefined ? channel.totalMessageCount === 0 : wanted === 'false'
  }
  const setClosed = (channel: Channel, wanted: boolean): Promise<void> => preferences.save(...closingOf(channel), String(!wanted))
  // Whoever opens a closed conversation has it in the sidebar again.
  watch(() => place.channelId, (channelId) => {
    const channel = channels.channels.get(channelId)
    if (channel && isClosed(channel)) setClosed(channel, false).catch(() => {})
  })

  const looks = computed<Looks>(() => ({
    channelOf: (id) => (channels.members.has(id) ? channels.channels.get(id) : undefined),
    unreadOf: (id) => channels.unread(id),
    isMuted: (id) => isMuted(channels.members.get(id)),
    isClosed, nameOf: names.value.channel,
    compareNames: (a, b) => formats.value.compare(a, b),
    currentId: place.channelId, directMessageLimit: Number(chosen(preferences, choices.directMessageCount)),
  }))
  /** Opened while something in it was unread: it does not go to its category under the pointer. */
  const keptId = ref('')
  watch(() => place.channelId, (id) => { keptId.value = id && wantsAttention(channels.unread(id), isMuted(channels.members.get(id))) ? id : '' }, { flush: 'sync' })
  const whole = computed(() => sectionsOf(categories.sidebars.get(place.teamId) ?? [], looks.value))
  const unreads = computed(() => unreadsOf(whole.value, looks.value))
  const parted = computed(() => (chosen(preferences, choices.unreadSection) === 'true' ? withUnreadsOnTop(whole.value, looks.value, keptId.value) : { top: [], sections: whole.value }))
  const sections = computed(() => parted.value.sections)
  /** In a section of their own; empty where that is not wanted. */
  const top = computed(() => parted.value.top)
  /** As they stand below each other on the screen. */
  const order = computed(() => (isUnreadOnly.value ? unreads.value : [...top.value, ...sections.value.flatMap(({ shown }) => shown)]).map(({ id }) => id))
  const all = computed(() => sections.value.flatMap((section) => section.channels))
  return { isUnreadOnly, isHidden, width, panelWidth, sections, top, unreads, order, all, isClosed, setClosed }
})
