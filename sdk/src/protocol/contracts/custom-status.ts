import { Type, type Static } from 'typebox'
import { defineOperation } from '../operation.ts'
import { At, Done, Fields, Id, OneOf, Text } from '../schema.ts'
import { defineContract } from './contract.ts'

/** How long a custom status stands; '' for ever. The words are those that clients show. */
export const CustomStatusDuration = OneOf('', 'thirty_minutes', 'one_hour', 'four_hours', 'today', 'this_week', 'date_and_time')
export type CustomStatusDuration = Static<typeof CustomStatusDuration>

/** What somebody says of what they are doing. */
export const CustomStatus = Fields({
  /** A name of an emoji without colons. */
  emoji: Type.String(), text: Type.String(), duration: CustomStatusDuration,
  /** 0 for ever. */
  expiresAt: At,
})
export type CustomStatus = Static<typeof CustomStatus>

/** The property of an account under which its provider keeps what is shown, so that reading an account asks nobody. */
export const customStatusProperty = 'customStatus'

export const maximumCustomStatusLength = 100
export const maximumRecentCustomStatuses = 5

const said = { emoji: Text(64), text: Text(1000) }

export const customStatusSet = defineOperation({
  name: 'customStatus.set', summary: 'Says what an account is doing, until it expires. Without an emoji it is a speech balloon; longer texts are cut.',
  input: Fields({ userId: Id, ...said, duration: Type.Optional(CustomStatusDuration), expiresAt: Type.Optional(At) }), output: CustomStatus,
  errors: ['feature_unavailable', 'user_not_found', 'custom_status_invalid'],
})

export const customStatusClear = defineOperation({
  name: 'customStatus.clear', summary: 'Says nothing of what an account is doing any more.', input: Fields({ userId: Id }), output: Done, errors: ['feature_unavailable', 'user_not_found'],
})

export const customStatusListRecent = defineOperation({
  name: 'customStatus.listRecent', summary: 'Lists what an account said lately, the latest first, so that it can be said again.', safe: true,
  input: Fields({ userId: Id }), output: Type.Array(CustomStatus), errors: ['feature_unavailable', 'user_not_found'],
})

export const customStatusRemoveRecent = defineOperation({
  name: 'customStatus.removeRecent', summary: 'Takes one from the list of what an account said lately.',
  input: Fields({ userId: Id, ...said, duration: Type.Optional(CustomStatusDuration) }), output: Done, errors: ['feature_unavailable', 'user_not_found', 'custom_status_invalid'],
})

export const customStatusContract = defineContract({
  name: 'customStatus', summary: 'What people say of what they are doing, beside their names.', deadlineMs: 10_000,
  operations: [customStatusSet, customStatusClear, customStatusListRecent, customStatusRemoveRecent],
})
