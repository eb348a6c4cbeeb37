import { Type, type Static } from 'typebox'
import { defineEvent } from './event.ts'
import { defineOperation } from './operation.ts'
import { Done, Fields, Id, Text } from './schema.ts'

/** One thing that an account remembers for its clients. Saved posts are preferences of the category flagged_post. */
export const Preference = Fields({ userId: Id, category: Type.String(), name: Type.String(), value: Type.String() })
export type Preference = Static<typeof Preference>

const category = Text(32, { minLength: 1 })
const name = Text(32)

export const maximumPreferencesAtOnce = 100

export const preferencesList = defineOperation({
  name: 'preferences.list', summary: 'Lists the preferences of an account.', safe: true,
  input: Fields({ userId: Id }), output: Type.Array(Preference),
})

// Whole lists name posts and people of everywhere: plugins read what they know by name.
export const preferencesListOfCategory = defineOperation({
  name: 'preferences.listOfCategory', summary: 'Lists the preferences of an account in one category; there must be one.', safe: true,
  input: Fields({ userId: Id, category }), output: Type.Array(Preference), errors: ['preference_not_found'],
})

export const preferencesGet = defineOperation({
  name: 'preferences.get', summary: 'Reads one preference of an account.', safe: true, capability: 'preferences:read',
  input: Fields({ userId: Id, category, name }), output: Preference, errors: ['preference_not_found'],
})

export const preferencesSave = defineOperation({
  name: 'preferences.save', summary: 'Saves preferences of an account; a favourite channel also moves in the sidebar.', capability: 'preferences:write',
  input: Fields({ userId: Id, preferences: Type.Array(Fields({ category, name, value: Text(20_000) }), { minItems: 1, maxItems: maximumPreferencesAtOnce }) }),
  output: Done, errors: ['post_not_found', 'quota_reached'],
})

export const preferencesDelete = defineOperation({
  name: 'preferences.delete', summary: 'Deletes preferences of an account.', capability: 'preferences:write',
  input: Fields({ userId: Id, preferences: Type.Array(Fields({ category, name }), { minItems: 1, maxItems: maximumPreferencesAtOnce }) }),
  output: Done,
})

const Changed = Fields({ userId: Id, preferences: Type.Array(Preference) })

export const preferencesSaved = defineEvent({ name: 'preferences.saved', summary: 'An account saved preferences.', payload: Changed })
export const preferencesDeleted = defineEvent({ name: 'preferences.deleted', summary: 'An account deleted preferences.', payload: Changed })
