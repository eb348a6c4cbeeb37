import type { Category } from '@rookery/sdk/protocol'

type Sidebar = readonly Category[]

/** A list with one of its items elsewhere; `place` counts in the list without it. */
function placed(ids: readonly string[], id: string, place: number): string[] {
  const others = ids.filter((other) => other !== id)
  return [...others.slice(0, place), id, ...others.slice(place)]
}

/** The category that holds a channel. */
export const categoryOf = (sidebar: Sidebar, channelId: string): Category | undefined => sidebar.find(({ channelIds }) => channelIds.includes(channelId))

/**
 * A channel in another category, or elsewhere in its own. `shownIds` is the target as it is shown: whoever puts
 * something in a place of a sorted list wants that order from then on.
 */
export function withChannelMoved(sidebar: Sidebar, channelId: string, categoryId: string, place: number, shownIds: readonly string[]): Sidebar {
  const before = categoryOf(sidebar, channelId)
  const target = sidebar.find(({ id }) => id === categoryId)
  if (!target) return sidebar
  // What the category holds and does not show now, such as archived channels, stays in it.
  const hidden = target.channelIds.filter((id) => id !== channelId && !shownIds.includes(id))
  const channelIds = [...placed(shownIds, channelId, place), ...hidden]
  return sidebar.map((category) => {
    if (category.id === categoryId) return { ...category, channelIds, sorting: target.type === 'direct_messages' || !shownIds.some((id) => id !== channelId) ? category.sorting : 'manual' }
    return category.id === before?.id ? { ...category, channelIds: category.channelIds.filter((id) => id !== channelId) } : category
  })
}

/** A channel at the beginning of another category: the order in which that is sorted stays. */
export function withChannelIn(sidebar: Sidebar, channelId: string, categoryId: string): Sidebar {
  if (!sidebar.some(({ id }) => id === categoryId)) return sidebar
  return sidebar.map((category) => {
    const others = category.channelIds.filter((id) => id !== channelId)
    if (category.id === categoryId) return { ...category, channelIds: [channelId, ...others] }
    return others.length === category.channelIds.length ? category : { ...category, channelIds: others }
  })
}

export function withCategoryMoved(sidebar: Sidebar, categoryId: string, place: number): Sidebar {
  const order = placed(sidebar.map(({ id }) => id), categoryId, place)
  return order.flatMap((id) => sidebar.find((category) => category.id === id) ?? [])
}

/** Those that are not as they were. */
export const changedCategories = (before: Sidebar, after: Sidebar): Category[] => after.filter((category) => before.find(({ id }) => id === category.id) !== category)
