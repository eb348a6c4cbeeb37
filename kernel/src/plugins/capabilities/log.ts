import { Type } from 'typebox'
import { Fields, OneOf, Text } from '@rookery/sdk/protocol'
import type { Log } from '../../telemetry/index.ts'
import { capabilityMethod, type CapabilityMethod } from './capability-method.ts'

const maximumFieldsLength = 4000

/** A plugin's own lines, always told apart from the server's. */
export const createLogMethods = ({ log }: { log: Log }): CapabilityMethod[] => [
  capabilityMethod({
    name: 'log.write', capability: null,
    input: Fields({ level: OneOf('info', 'warn', 'error'), message: Text(4000), fields: Type.Optional(Type.Record(Type.String({ maxLength: 64 }), Type.Unknown())) }),
    handle({ plugin, quota }, { level, message, fields }) {
      quota.take('log lines')
      log[level]('A plugin says', { plugin: plugin.id, message, fields: fields && JSON.stringify(fields).slice(0, maximumFieldsLength) })
      return null
    },
  }),
]
