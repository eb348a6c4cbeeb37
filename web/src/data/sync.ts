import { defineStore } from 'pinia'
import { ref, watch } from 'vue'
import { createBackOff } from '@rookery/sdk/client'
import { useAttachments } from './attachments/attachments.ts'
import { useCategories } from './categories.ts'
import { useChannels } from './channels.ts'
import { useServer } from './client.ts'
import { useConnection } from './connection.ts'
import { useInteractiveDialogs } from './interactive-dialogs.ts'
import { useDrafts } from './drafts.ts'
import { failureOf, type Failure } from './failure.ts'
import { useKept } from './kept/kept.ts'
import { maximumKeptChannels, maximumKeptPosts, maximumKeptUsers, screenName, type Snapshot } from './kept/snapshot.ts'
import { useLimits } from './limits.ts'
import { useNotifications } from './notifications/notifications.ts'
import { useOutgoing } from './outgoing/outgoing.ts'
import { usePlace } from './place.ts'
import { usePosts } from './posts/posts.ts'
import { usePreferences } from './preferences.ts'
import { createReader } from './reader.ts'
import { useSession } from './session.ts'
import { useStatuses } from './statuses.ts'
import { useTeams } from './teams.ts'
import { useThreads } from './threads/threads.ts'
import { useTyping } from './typing.ts'
import { useUsers } from './users.ts'
import { useWebParts } from './web-parts.ts'

/** After a change; a burst of posts is written once. */
const keepingMs = 3000
/** Until somebody who waits for the first time is told that the server is not reached. */
const patienceMs = 6000

/** Brings all stores up to date: when somebody signs in, and where events were missed. */
export const useSync = defineStore('sync', () => {
  const { client, live } = useServer()
  const [session, teams, channels, categories, posts, preferences, users, drafts] = [useSession(), useTeams(), useChannels(), useCategories(), usePosts(), usePreferences(), useUsers(), useDrafts()]
  const [outgoing, place, kept, attachments] = [useOutgoing(), usePlace(), useKept(), useAttachments()]
  // They listen from the beginning, whoever looks at them first.
  for (const use of [useConnection, useInteractiveDialogs, useLimits, useNotifications, useStatuses, useTyping]) use()
  const threads = useThreads()
  const webParts = useWebParts()
  /** Whether there is something to show, from the server or from what was kept. */
  const isReady = ref(false)
  /** Whether the server has told what holds now; before, what was kept may be of yesterday. */
  const isTold = ref(false)
  const failure = ref<Failure | null>(null)
  /** How often everything was read anew because events had been missed: what a view has read itself is outdated then. */
  const renewals = ref(0)
  let timer: ReturnType<typeof setTimeout> | undefined

  const readAll = async (): Promise<void> => {
    await Promise.all([teams.load(), channels.load(), preferences.load()])
    isReady.value = true
    isTold.value = true
    failure.value = null
    if (place.teamId) await Promise.all([categories.load(place.teamId), drafts.load(place.teamId)])
  }
  const restore = async (): Promise<void> => {
    const told = await (await kept.database()).get('snapshot', screenName) as Snapshot | undefined
    if (!told || isReady.value) return
    teams.replace(told.teams)
    channels.replace(told.channels, told.members)
    for (const [teamId, sidebar] of told.sidebars) categories.sidebars.set(teamId, sidebar)
    preferences.replace(told.preferences)
    users.take(...told.users)
    posts.restore(told.timelines)
    isReady.value = true
  }
  const keep = async (): Promise<void> => {
    if (session.state !== 'signedIn' || !isReady.value) return
    const userId = session.me?.id ?? ''
    const snapshot: Snapshot = {
      teams: [...teams.teams.values()], channels: [...channels.channels.values()], members: [...channels.members.values()], sidebars: [...categories.sidebars],
      preferences: [...preferences.values].map(([key, value]) => ({ userId, category: key.split('/', 1)[0] ?? '', name: key.slice(key.indexOf('/') + 1), value })),
      users: [...users.users.values()].slice(-maximumKeptUsers), timelines: posts.ends(maximumKeptChannels, maximumKeptPosts),
    }
    await (await kept.database()).put('snapshot', snapshot, screenName)
  }

  /** To be called once when somebody is signed in. Resolves when there is something to show. */
  const start = async (): Promise<void> => {
    await Promise.all([restore().catch(() => {}), webParts.restore().catch(() => {}), drafts.restore().catch(() => {}), outgoing.start()])
    const needed = [...[...drafts.drafts.values()].flatMap(({ files }) => files), ...outgoing.waiting.flatMap(({ files }) => files)].map(({ key }) => key)
    attachments.sweep(new Set(needed)).catch(() => {})
    session.listen()
    if (isReady.value) return
    await new Promise<void>((resolve) => {
      const unwatch = watch([isReady, failure], () => {
        unwatch()
        clearTimeout(patience)
        resolve()
      })
      const patience = setTimeout(() => { failure.value = { code: 'offline', details: {}, isPassing: true } }, patienceMs)
    })
  }
  const reader = createReader({
    read() {
      users.expire()
      return readAll()
    },
    complete: posts.complete,
    async catchUp() {
      await Promise.all([posts.catchUp(place.channelId, place.rootId), threads.renewTotals()])
      renewals.value += 1
    },
    hold: live.hold,
    onFailure(error) { failure.value = failureOf(error) },
    isConnected: () => client.isConnected,
    backOff: createBackOff({ minimumMs: 1000 }),
  })
  const stop = (): void => {
    outgoing.stop()
    reader.stop()
    isReady.value = false
    isTold.value = false
  }
  // Nobody who has a network again waits for the next attempt.
  addEventListener('online', () => { client.hurry() })
  // Nor does anybody write for half a minute into a line that the browser knows to be gone.
  addEventListener('offline', () => { client.reconnect() })
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') client.hurry() })
  live.onGap(() => { reader.noteGap() })
  live.onConnection((isConnected) => { if (isConnected) reader.noteConnection() })
  watch(() => place.teamId, (teamId) => {
    if (teamId && isReady.value) Promise.all([categories.load(teamId), drafts.load(teamId)]).catch(() => {})
  })
  watch([() => [...channels.channels.values()], () => [...categories.sidebars.values()], () => [...posts.channels.values()], () => users.users.size], () => {
    // Where changes never end it is kept all the same.
    timer ??= setTimeout(() => {
      timer = undefined
      keep().catch(() => {})
    }, keepingMs)
  })
  return { isReady, isTold, renewals, failure, start, stop, read: reader.run }
})
