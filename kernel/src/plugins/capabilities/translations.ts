import { Type } from 'typebox'
import { Fields, Text } from '@rookery/sdk/protocol'
import type { PluginTexts } from '../translations/index.ts'
import { capabilityMethod, type CapabilityMethod } from './capability-method.ts'

const Values = Type.Record(Type.String({ maxLength: 64 }), Type.Union([Text(4000), Type.Number(), Type.Boolean()]), { maxProperties: 50 })

/** Sentences of a plugin's own. They are put together here: isolates know nothing of languages. */
export const createTranslationMethods = ({ texts }: { texts: PluginTexts }): CapabilityMethod[] => [
  capabilityMethod({
    name: 'translations.say', capability: null, isUnordered: true, input: Fields({ key: Text(200), values: Values, locale: Text(20) }),
    handle: ({ plugin }, { key, values, locale }) => texts.say(plugin.manifest, key, values, locale),
  }),
  capabilityMethod({
    name: 'translations.sayAll', capability: null, isUnordered: true, input: Fields({ key: Text(200), values: Values }),
    handle: ({ plugin }, { key, values }) => texts.sayInAll(plugin.manifest, key, values),
  }),
]
