import { useI18n } from 'vue-i18n'
import { useToasts } from '../../ui/index.ts'
import { useAction, type Action } from '../action.ts'

/** Settings are saved at once: readers hear it, and what the server refuses is told at the edge of the page. */
export function useSaving<Parameters extends unknown[]>(work: (...parameters: Parameters) => Promise<unknown>): Action<Parameters> {
  const toasts = useToasts()
  const { t } = useI18n()
  return useAction(async (...parameters: Parameters) => {
    await work(...parameters)
    toasts.announce(t('settings.saved'))
  }, { tells: 'toast' })
}
