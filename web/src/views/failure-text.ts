import { useI18n } from 'vue-i18n'
import { useFormats } from '../locales/index.ts'
import { failureOf, type Failure } from '../data/index.ts'

/** What went wrong, in the reader's words: `errors.<code>` where there is one. */
export function useFailureText(): (error: unknown) => string {
  const { t, te } = useI18n()
  const formats = useFormats()
  return (error) => {
    const { code, details } = error !== null && typeof error === 'object' && 'isPassing' in error ? error as Failure : failureOf(error)
    return te(`errors.${code}`) ? t(`errors.${code}`, { ...details, wait: formats.value.within(Number(details['retryAfterSeconds'] ?? 1) * 1000) }) : t('errors.other', { code })
  }
}
