import { inject, onScopeDispose, watch, type InjectionKey } from 'vue'
import { fillSentence, type Json, type WebAnswer, type WebContext, type WebPart, type WebPlace } from '@rookery/sdk/web'
import { useWebParts, type ShownPart } from '../data/index.ts'
import { useOpenPart } from './open-part.ts'
import { useWebContext } from './web-context.ts'

/** Which part is shown, and where. */
export interface PartPlace { shown(): ShownPart, place(): WebPlace }

export const partPlaceKey: InjectionKey<PartPlace> = Symbol('place of a web part')

/** What a module of the release has of its plugin: the same as a part in a frame. */
export function useWebPart(): WebPart {
  const given = inject(partPlaceKey)
  if (!given) throw new Error('useWebPart is for modules that are shown at a slot')
  const { shown, place } = given
  const store = useWebParts()
  const open = useOpenPart()
  const context = useWebContext()
  const pluginId = (): string => shown().web.pluginId
  let texts: Readonly<Record<string, string>> = {}
  const handlers = new Set<(context: WebContext) => void>()
  watch(context, (now) => { for (const handler of handlers) handler(now) })
  watch(() => context.value.locale, () => { store.texts(pluginId()).then((told) => { texts = told }, () => {}) }, { immediate: true })
  return {
    get name() { return shown().part.name },
    get place() { return place() },
    get context() { return context.value },
    onContext(handler) {
      handlers.add(handler)
      return () => { handlers.delete(handler) }
    },
    async request(method, path, { query, json } = {}) {
      const answer = await store.request(pluginId(), { method, path, query, body: json === undefined ? undefined : JSON.stringify(json) })
      return { ...answer, json: <Value>() => JSON.parse(answer.text) as Value } satisfies WebAnswer
    },
    ask: async <Answer>(action: string, data?: { readonly [name: string]: Json }) => await store.ask(pluginId(), action, data) as Answer,
    on(event, handler) {
      const stop = store.listen(pluginId(), (told, data) => { if (told === event) handler(data) })
      onScopeDispose(stop, true)
      return stop
    },
    open(name) { open(pluginId(), name) },
    // In the page it is as high as what it shows.
    resize() {},
    t: (key, values = {}) => fillSentence(texts[key] ?? key, values, context.value.locale),
  }
}
