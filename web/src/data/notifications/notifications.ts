import { defineStore } from 'pinia'
import { ref, shallowRef, watch } from 'vue'
import { postCreated, type PayloadOf } from '@rookery/sdk/protocol'
import { useChannels } from '../channels.ts'
import { useServer } from '../client.ts'
import { usePlace } from '../place.ts'
import { usePreferences } from '../preferences.ts'
import { useSession } from '../session.ts'
import { useStatuses } from '../statuses.ts'
import { createBurst } from './burst.ts'
import { claim, createLooks, type Looks } from './looks.ts'
import { noticeOf, placesOf, type Notice } from './notice.ts'

export interface Told extends PayloadOf<typeof postCreated> {
  readonly notice: Notice
  /** Many came at once: it makes no sound and takes the place of the one before. */
  readonly isOneOfMany: boolean
}

/** How much of a message a notification shows to whoever looks over the shoulder. */
export const notificationContents = ['full', 'sender', 'nothing'] as const
export type NotificationContent = typeof notificationContents[number]

/** Right after the stream came back it tells what was missed: what is older than this is no news. */
const newsMs = 60_000
const catchingUpMs = 10_000

/** Decides who is told of what, in one tab of all. What telling looks like is up to whoever listens. */
export const useNotifications = defineStore('notifications', () => {
  const { live } = useServer()
  const [channels, place, preferences, session, statuses] = [useChannels(), usePlace(), usePreferences(), useSession(), useStatuses()]
  /** Whether somebody sees this page. */
  const isSeen = ref(false)
  const listener = shallowRef<(told: Told) => void>()
  const isOneOfMany = createBurst()
  const locks = globalThis.navigator?.locks
  let looks: Looks = createLooks('', undefined)
  let connectedAt = 0

  const myId = (): string => session.me?.id ?? ''
  const areThreadsCollapsed = (): boolean => preferences.get('display_settings', 'collapsed_reply_threads') !== 'off'
  const content = (): NotificationContent => notificationContents.find((known) => known === preferences.get('notifications', 'content')) ?? 'full'
  watch(myId, (userId) => {
    looks.show([])
    looks = createLooks(`rookery.look.${userId}.`, userId ? locks : undefined)
    // Whether somebody may be disturbed must be known before the first message comes.
    if (userId) statuses.get(userId)
  }, { immediate: true })
  watch([isSeen, () => place.channelId, () => place.rootId, myId], ([seen, channelId, rootId]) => {
    looks.show(seen ? [channelId, rootId].filter(Boolean) : [])
  }, { immediate: true })

  const consider = async (event: PayloadOf<typeof postCreated>): Promise<void> => {
    const tell = listener.value
    const { post } = event
    if (!tell || !session.me) return
    const now = Date.now()
    if (now - connectedAt < catchingUpMs && now - post.createAt > newsMs) return
    const notice = noticeOf(event, {
      myId: myId(), account: session.me.notifyProps, member: channels.members.get(post.channelId), status: statuses.get(myId()), areThreadsCollapsed: areThreadsCollapsed(),
    })
    if (!notice || await looks.areShown(placesOf(post, areThreadsCollapsed())) || !await claim(`rookery.told.${myId()}.${post.id}`, locks)) return
    tell({ ...event, notice, isOneOfMany: isOneOfMany(now) })
  }
  live.onConnection((isConnected) => { if (isConnected) connectedAt = Date.now() })
  live.on(postCreated, (event) => { consider(event).catch(() => {}) })
  return { isSeen, listener, content }
})
