import {
  categoriesOrdered, categoryCreated, categoryDeleted, categoryUpdated, draftDeleted, draftSaved, preferencesDeleted, preferencesSaved, roleUpdated,
  statusChanged, typingStarted,
} from '@rookery/sdk/protocol'
import { categoryShape } from '../shapes/category.ts'
import { draftShape } from '../shapes/draft.ts'
import { preferenceShape } from '../shapes/preference.ts'
import { roleShape } from '../shapes/role.ts'
import { message, tell, type Encoder } from './message.ts'

/** What an account tells its own clients, and what is said in passing. */
export const accountEvents: readonly Encoder[] = [
  tell(preferencesSaved, ({ preferences }, { audience }) => [message('preferences_changed', { preferences: JSON.stringify(preferences.map(preferenceShape)) }, audience)]),
  tell(preferencesDeleted, ({ preferences }, { audience }) => [message('preferences_deleted', { preferences: JSON.stringify(preferences.map(preferenceShape)) }, audience)]),
  tell(statusChanged, ({ userId, status }, { audience }) => [message('status_change', { status, user_id: userId }, audience)]),
  tell(typingStarted, ({ userId, rootId }, { audience }) => [message('typing', { parent_id: rootId, user_id: userId }, audience)]),
  tell(categoryCreated, ({ categoryId }, { audience }) => [message('sidebar_category_created', { category_id: categoryId }, audience)]),
  tell(categoryUpdated, ({ categories }, { audience }) => [
    message('sidebar_category_updated', categories ? { updatedCategories: JSON.stringify(categories.map(categoryShape)) } : {}, audience),
  ]),
  tell(categoryDeleted, ({ categoryId }, { audience }) => [message('sidebar_category_deleted', { category_id: categoryId }, audience)]),
  tell(categoriesOrdered, ({ order }, { audience }) => [message('sidebar_category_order_updated', { order }, audience)]),
  // Clients read the channel of a draft from its broadcast.
  tell(draftSaved, ({ draft, isNew }, { audience }) => [
    message(isNew ? 'draft_created' : 'draft_updated', { draft: JSON.stringify(draftShape(draft)) }, audience, { ...audience, channelId: draft.channelId }),
  ]),
  tell(draftDeleted, ({ draft }, { audience }) => [
    message('draft_deleted', { draft: JSON.stringify(draftShape(draft)) }, audience, { ...audience, channelId: draft.channelId }),
  ]),
  tell(roleUpdated, ({ role }, { audience }) => [message('role_updated', { role: JSON.stringify(roleShape(role)) }, audience)]),
]
