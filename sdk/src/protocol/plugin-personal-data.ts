import { Type, type Static } from 'typebox'
import { defineOperation } from './operation.ts'
import { PluginId } from './plugin.ts'
import { Fields, Id, OneOf } from './schema.ts'

const onUser = { userId: Id }

/**
 * What becomes of the data of one person: `done`; `waiting`, it is tried until it is done; `unavailable`, the plugin does
 * not run or did not answer; `unable`, it keeps data and does not say whose it is.
 */
export const PersonalDataOutcome = Fields({ pluginId: PluginId, outcome: OneOf('done', 'waiting', 'unavailable', 'unable') })
export type PersonalDataOutcome = Static<typeof PersonalDataOutcome>

export const pluginsExportUserData = defineOperation({
  name: 'plugins.exportUserData', kind: 'download', safe: true,
  summary: 'Reads what plugins keep of one person, as a zip archive: settings, what stands on the account, and what each plugin tells. `outcomes.json` in it says which could not.',
  input: Fields(onUser), output: Fields(onUser), errors: ['user_not_found'],
})

export const pluginsEraseUserData = defineOperation({
  name: 'plugins.eraseUserData',
  summary: 'Removes what plugins keep of one person: settings and what stands on the account at once; the rest each plugin removes itself, and is asked until it has. What fails for good is among its dead letters.',
  input: Fields(onUser), output: Type.Array(PersonalDataOutcome), errors: ['user_not_found'],
})
