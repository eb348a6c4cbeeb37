import type { Category } from '@rookery/sdk/protocol'

export const categoryShape = (category: Category) => ({
  id: category.id,
  user_id: category.userId,
  team_id: category.teamId,
  sort_order: category.sortOrder,
  sorting: category.sorting,
  type: category.type,
  display_name: category.displayName,
  muted: category.isMuted,
  collapsed: category.isCollapsed,
  channel_ids: category.channelIds,
})
