import { Type } from 'typebox'
import { Fields, Id } from '@rookery/sdk/protocol'
import type { PluginSettingsStore } from '../../plugin-storage/index.ts'
import { capabilityMethod, type CapabilityMethod } from './capability-method.ts'

/** A plugin's own settings in a place; those of the whole server come with every invocation. */
export const createSettingMethods = ({ settingsStore }: { settingsStore: PluginSettingsStore }): CapabilityMethod[] => [
  capabilityMethod({
    name: 'settings.get', capability: null, isUnordered: true,
    input: Fields({ teamId: Type.Optional(Id), channelId: Type.Optional(Id), userId: Type.Optional(Id) }),
    handle: ({ plugin }, place) => settingsStore.effectiveAt(plugin, place),
  }),
]
