import { useI18n } from 'vue-i18n'
import type { Category } from '@rookery/sdk/protocol'

const titles = { favorites: 'sidebar.favorites', channels: 'sidebar.channels', direct_messages: 'sidebar.directMessages' } as const

/** What a category is called: those that everybody has in the reader's language. */
export function useCategoryTitle(): (category: Pick<Category, 'type' | 'displayName'>) => string {
  const { t } = useI18n()
  return (category) => (category.type === 'custom' ? category.displayName : t(titles[category.type]))
}
