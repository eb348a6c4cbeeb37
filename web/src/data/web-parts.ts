import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import {
  pluginEvent, pluginsCallAction, pluginsCallRoute, pluginsGetWebTexts, pluginsListWebParts, pluginWebPartsChanged, RookeryError, type InputOf, type PluginWeb, type WebSlot,
} from '@rookery/sdk/protocol'
import type { Json } from '@rookery/sdk/web'
import { useServer } from './client.ts'
import { useKept } from './kept/kept.ts'
import { useSession } from './session.ts'
import { partsAt, readPartKey, type ShownPart, type WebSurroundings } from './web-places.ts'

type Data = { readonly [name: string]: Json }
type Method = InputOf<typeof pluginsCallRoute>['method']

const methods: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] satisfies Method[]
const isMethod = (method: string): method is Method => methods.includes(method)

const snapshotName = 'webParts'
/** When a plugin comes, ten thousand pages want to know at once. */
const herdMs = 1000

/** What plugins show in this page, and how their parts speak with their own plugin: with nobody else. */
export const useWebParts = defineStore('webParts', () => {
  const { client, live } = useServer()
  const kept = useKept()
  const session = useSession()
  const plugins = shallowRef<readonly PluginWeb[]>([])
  const isLoaded = shallowRef(false)
  const listeners = new Map<string, Set<(event: string, data: Data) => void>>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let changes = 0

  const load = async (): Promise<void> => {
    const before = changes
    const told = await client.run(pluginsListWebParts, {})
    // What was asked before something changed may bring back what is gone.
    if (before !== changes) {
      loadSoon()
      return
    }
    plugins.value = told
    isLoaded.value = true
    kept.database().then((database) => database.put('snapshot', told, snapshotName)).catch(() => {})
  }
  const loadSoon = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => { load().catch(() => {}) }, Math.random() * herdMs)
  }
  /** As it was on this screen the last time: nothing moves when the answer comes. */
  const restore = async (): Promise<void> => {
    const told = await (await kept.database()).get('snapshot', snapshotName) as readonly PluginWeb[] | undefined
    if (told && !isLoaded.value) plugins.value = told
  }

  live.on(pluginWebPartsChanged, ({ pluginId, isThere }) => {
    changes += 1
    if (!isThere) plugins.value = plugins.value.filter((web) => web.pluginId !== pluginId)
    else loadSoon()
  })
  live.onConnection((isConnected) => { if (isConnected) load().catch(() => {}) })
  // Titles come in the language of whoever asks.
  watch(() => session.me?.locale, (now, before) => {
    if (now === undefined || before === undefined) return
    changes += 1
    load().catch(() => {})
  })
  live.on(pluginEvent, ({ pluginId, event, data }) => { for (const listener of listeners.get(pluginId) ?? []) listener(event, data as Data) })

  const find = (key: string): ShownPart | undefined => {
    const { pluginId, name } = readPartKey(key)
    const web = plugins.value.find((each) => each.pluginId === pluginId)
    const part = web?.parts.find((each) => each.name === name)
    return web && part && { web, part, key }
  }
  return {
    plugins, isLoaded, load, restore, find,
    at: (slot: WebSlot, around: WebSurroundings): readonly ShownPart[] => (plugins.value.length === 0 ? [] : partsAt(plugins.value, slot, around)),
    async request(pluginId: string, { method, path, query, body }: { readonly method: string, readonly path: string, readonly query?: Readonly<Record<string, string>> | undefined, readonly body?: string | undefined }) {
      if (!isMethod(method)) throw new RookeryError('plugin_route_not_found', { plugin: pluginId })
      const { status, headers, body: text, bodyEncoding } = await client.run(pluginsCallRoute, {
        pluginId, method, path, ...(query && { query: { ...query } }), ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
      })
      return { status, headers, text, encoding: bodyEncoding }
    },
    ask: async (pluginId: string, name: string, data: Data = {}): Promise<Json> => (await client.run(pluginsCallAction, { pluginId, name, data: { ...data } })).answer as Json,
    texts: async (pluginId: string): Promise<Readonly<Record<string, string>>> => (await client.run(pluginsGetWebTexts, { pluginId })).texts,
    /** Hears a plugin's own events; answers how to stop. */
    listen(pluginId: string, listener: (event: string, data: Data) => void): () => void {
      const known = listeners.get(pluginId) ?? new Set()
      listeners.set(pluginId, known)
      known.add(listener)
      return () => { known.delete(listener) }
    },
  }
})
