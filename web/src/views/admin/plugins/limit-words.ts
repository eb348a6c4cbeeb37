import { useI18n } from 'vue-i18n'

/** A limit of a plugin in the reader's words; its name where a language has none yet. */
export function useLimitWords(): (name: string, limit: number) => string {
  const { t, te } = useI18n()
  return (name, limit) => (te(`plugins.limits.${name}`) ? t(`plugins.limits.${name}`, { limit }) : t('plugins.limit', { name, limit }))
}
