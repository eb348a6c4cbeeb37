import { useI18n } from 'vue-i18n'
import { useRoute, useRouter } from 'vue-router'
import type { WebActionAnswer } from '@rookery/sdk/protocol'
import type { WebPlace } from '@rookery/sdk/web'
import { failureOf, useWebParts, type ShownPart } from '../data/index.ts'
import { useToasts } from '../ui/index.ts'
import { useOpenPart } from './open-part.ts'

const maximumMessage = 300
const maximumInsertion = 4000
const textOf = (value: unknown, maximum: number): string => (typeof value === 'string' ? value.slice(0, maximum) : '')

export interface PartAction {
  run(shown: ShownPart, place: WebPlace, insert: (text: string) => void): Promise<void>
  /** Whether what it opens is open. */
  isOpen(shown: ShownPart): boolean
}

/** What happens when somebody uses an action of a plugin: all that the plugin may have done is in its answer. */
export function usePartAction(): PartAction {
  const store = useWebParts()
  const toasts = useToasts()
  const open = useOpenPart()
  const route = useRoute()
  const router = useRouter()
  const { t, te } = useI18n()
  const isOpen = ({ web, part }: ShownPart): boolean => part.opens !== undefined && route.query['panel'] === `${web.pluginId}.${part.opens}`
  return {
    isOpen,
    async run(shown, place, insert) {
      const { web: { pluginId }, part } = shown
      if (part.inserts !== undefined) insert(part.inserts)
      if (part.opens !== undefined) {
        const { panel: _panel, ...query } = route.query
        if (isOpen(shown)) void router.push({ query, hash: route.hash })
        else open(pluginId, part.opens)
      }
      if (part.asks === undefined) return
      try {
        const told = await store.ask(pluginId, part.asks, { part: part.name, ...place }) as { readonly [name in keyof WebActionAnswer]: unknown } | null
        const [message, opens, inserts] = [textOf(told?.message, maximumMessage), textOf(told?.opens, 64), textOf(told?.inserts, maximumInsertion)]
        if (message) toasts.show(message)
        if (opens) open(pluginId, opens)
        if (inserts) insert(inserts)
      } catch (error) {
        const { code } = failureOf(error)
        toasts.show(te(`errors.${code}`, 'en') ? t(`errors.${code}`, { plugin: shown.web.name }) : t('errors.other', { code }), { kind: 'problem' })
      }
    },
  }
}
