import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { postCreated, typingStart, typingStarted } from '@rookery/sdk/protocol'
import { useServer } from './client.ts'
import { useMyId } from './session.ts'

/** Clients tell of it every few seconds; whoever is silent for longer has stopped. */
const shownMs = 6000
const tellingMs = 4000

const keyOf = (channelId: string, rootId: string): string => `${channelId}/${rootId}`

/** Who is writing where. */
export const useTyping = defineStore('typing', () => {
  const { client, live } = useServer()
  const myId = useMyId()
  const writers = shallowReactive(new Map<string, readonly string[]>())
  const timers = new Map<string, ReturnType<typeof setTimeout>>()
  let toldAt = 0
  let toldKey = ''

  const end = (key: string, userId: string): void => {
    clearTimeout(timers.get(`${key}/${userId}`))
    timers.delete(`${key}/${userId}`)
    const rest = (writers.get(key) ?? []).filter((id) => id !== userId)
    if (rest.length > 0) writers.set(key, rest)
    else writers.delete(key)
  }
  const of = (channelId: string, rootId = ''): readonly string[] => writers.get(keyOf(channelId, rootId)) ?? []
  /** Called at every key; tells the server now and then. */
  const tell = (channelId: string, rootId = ''): void => {
    const key = keyOf(channelId, rootId)
    if (!client.isConnected || (key === toldKey && Date.now() - toldAt < tellingMs)) return
    toldKey = key
    toldAt = Date.now()
    client.run(typingStart, { channelId, rootId }).catch(() => {})
  }

  live.on(typingStarted, ({ userId, channelId, rootId }) => {
    if (userId === myId()) return
    const key = keyOf(channelId, rootId)
    clearTimeout(timers.get(`${key}/${userId}`))
    timers.set(`${key}/${userId}`, setTimeout(() => { end(key, userId) }, shownMs))
    const known = writers.get(key) ?? []
    if (!known.includes(userId)) writers.set(key, [...known, userId])
  })
  live.on(postCreated, ({ post }) => { end(keyOf(post.channelId, post.rootId), post.userId) })
  return { of, tell }
})
