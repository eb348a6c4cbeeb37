import { Type, type Static } from 'typebox'
import { defineEvent } from './event.ts'
import { defineOperation } from './operation.ts'
import { Done, Fields, Id, OneOf, Text } from './schema.ts'

/** The categories that everybody has in every team have ids that say so; those that people make have ordinary ids. */
export const CategoryId = Type.String({
  pattern: '^([a-z0-9]{26}|(favorites|channels|direct_messages)_[a-z0-9]{26}_[a-z0-9]{26})$', description: 'identifier of a sidebar category',
})

const Sorting = OneOf('', 'manual', 'recent', 'alpha')

/** A part of somebody's sidebar in one team. A channel is in exactly one; direct and group channels are in every team's. */
export const Category = Fields({
  id: CategoryId,
  userId: Id,
  teamId: Id,
  type: OneOf('favorites', 'channels', 'direct_messages', 'custom'),
  displayName: Type.String(),
  sorting: Sorting,
  /** Grows from the top of the sidebar. */
  sortOrder: Type.Integer(),
  isMuted: Type.Boolean(),
  isCollapsed: Type.Boolean(),
  channelIds: Type.Array(Id),
})
export type Category = Static<typeof Category>

const owner = { userId: Id, teamId: Id }
const displayName = Text(64, { minLength: 1 })
const changes = {
  sorting: Type.Optional(Sorting), isMuted: Type.Optional(Type.Boolean()), isCollapsed: Type.Optional(Type.Boolean()),
  channelIds: Type.Optional(Type.Array(Id, { maxItems: 10_000 })),
}

/** What one account may make in one team. */
export const maximumCategories = 200

export const categoriesList = defineOperation({
  name: 'categories.list', summary: 'Reads the sidebar of an account in a team; every channel of the account is in it.', safe: true,
  input: Fields(owner), output: Fields({ categories: Type.Array(Category), order: Type.Array(CategoryId) }), errors: ['team_not_found'],
})

export const categoriesGet = defineOperation({
  name: 'categories.get', summary: 'Reads one category of a sidebar.', safe: true,
  input: Fields({ ...owner, categoryId: CategoryId }), output: Category, errors: ['team_not_found', 'category_not_found'],
})

export const categoriesCreate = defineOperation({
  name: 'categories.create', summary: 'Adds a category at the top of a sidebar, below the favourites where these stand first.',
  input: Fields({ ...owner, displayName, ...changes }), output: Category, errors: ['team_not_found', 'too_many_categories'],
})

export const categoriesUpdate = defineOperation({
  name: 'categories.update',
  summary: 'Changes categories together. Channels that a category is given leave the one they were in; channels that are given to none return to their standard category.',
  input: Fields({ ...owner, categories: Type.Array(Fields({ id: CategoryId, displayName: Type.Optional(Text(64)), ...changes }), { minItems: 1, maxItems: maximumCategories + 3 }) }),
  output: Type.Array(Category), errors: ['team_not_found', 'category_not_found'],
})

export const categoriesDelete = defineOperation({
  name: 'categories.delete', summary: 'Deletes a category that its owner made; its channels return to their standard category.',
  input: Fields({ ...owner, categoryId: CategoryId }), output: Done, errors: ['team_not_found', 'category_not_found', 'category_is_standard'],
})

export const categoriesSetOrder = defineOperation({
  name: 'categories.setOrder', summary: 'Puts all categories of a sidebar in order.',
  input: Fields({ ...owner, order: Type.Array(CategoryId, { maxItems: maximumCategories + 3 }) }), output: Type.Array(CategoryId),
  errors: ['team_not_found', 'category_order_incomplete'],
})

export const categoryCreated = defineEvent({ name: 'category.created', summary: 'A sidebar has a new category.', payload: Fields({ ...owner, categoryId: CategoryId }) })
export const categoryUpdated = defineEvent({
  name: 'category.updated', summary: 'Categories of a sidebar changed; null where all of them in all teams may have.',
  payload: Fields({ userId: Id, teamId: Type.String(), categories: Type.Union([Type.Array(Category), Type.Null()]) }),
})
export const categoryDeleted = defineEvent({ name: 'category.deleted', summary: 'A category of a sidebar was deleted.', payload: Fields({ ...owner, categoryId: CategoryId }) })
export const categoriesOrdered = defineEvent({ name: 'categories.ordered', summary: 'A sidebar has another order.', payload: Fields({ ...owner, order: Type.Array(CategoryId) }) })
