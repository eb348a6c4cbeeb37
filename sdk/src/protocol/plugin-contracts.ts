import { Type, type Static } from 'typebox'
import { defineOperation } from './operation.ts'
import { PluginId } from './plugin.ts'
import { Fields, Text } from './schema.ts'

/** Who carries out a feature that doors know. */
export const ContractStanding = Fields({
  name: Type.String(), summary: Type.String(),
  /** Plugins that are enabled and may carry it out; the first one does. Nobody: the feature is off. */
  providers: Type.Array(PluginId),
})
export type ContractStanding = Static<typeof ContractStanding>

export const pluginsContracts = defineOperation({
  name: 'plugins.contracts', summary: 'Lists the features that plugins carry out, and which plugin does.', safe: true, input: Fields({}), output: Type.Array(ContractStanding),
})

export const pluginsChooseProvider = defineOperation({
  name: 'plugins.chooseProvider', summary: 'Says which of several plugins carries out a feature, from now on and whenever it is enabled.',
  input: Fields({ pluginId: PluginId, contract: Text(64) }), output: ContractStanding, errors: ['plugin_not_found', 'contract_not_provided'],
})
