import { useI18n } from 'vue-i18n'
import { capabilities } from '@rookery/sdk/protocol'

const isKnown = (name: string): name is keyof typeof capabilities => Object.hasOwn(capabilities, name)
/** Keys of texts have no colons. */
const keyOf = (name: string): string => name.replaceAll(/[:-]/g, '_')

/** What a capability lets a plugin do, in the reader's words; the protocol's own where a language has none yet. */
export function useCapabilityWords(): (name: string) => string {
  const { t, te } = useI18n()
  return (name) => {
    const key = keyOf(name)
    return te(`capabilities.${key}`) ? t(`capabilities.${key}`) : isKnown(name) ? capabilities[name] : name
  }
}

/** The order in which an admin should read them: what reaches farthest comes first. */
const farReaching: readonly string[] = ['act-as-user', 'http', 'routes:public', 'direct', 'sessions:guard', 'posts:override', 'posts:guard', 'posts:transform', 'users:write', 'members:write', 'channels:write', 'teams:write', 'posts:delete']
export const isFarReaching = (name: string): boolean => farReaching.includes(name)
export const byReach = (one: string, other: string): number => {
  const rank = (name: string): number => (isFarReaching(name) ? farReaching.indexOf(name) : farReaching.length)
  return rank(one) - rank(other) || one.localeCompare(other)
}
