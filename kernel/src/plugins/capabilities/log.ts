import { Type } from 'typebox'
import { Fields, OneOf, Text } from '@rookery/sdk/protocol'
import type { Log } from '../../telemetry/index.ts'
import type { PluginLogs } from '../plugin-logs.ts'
import { capabilityMethod, type CapabilityMethod } from './capability-method.ts'

const maximumFieldsLength = 4000

/** A plugin's own lines, always told apart from the server's. */
export const createLogMethods = ({ log, logs }: { log: Log, logs: PluginLogs }): CapabilityMethod[] => [
  capabilityMethod({
    name: 'log.write', capability: null,
    input: Fields({ level: OneOf('info', 'warn', 'error'), message: Text(4000), fields: Type.Optional(Type.Record(Type.String({ maxLength: 64 }), Type.Unknown())) }),
    handle({ plugin, quota }, { level, message, fields }) {
      quota.take('log lines')
      logs.write(plugin.id, level, message, fields)
      log[level]('A plugin says', { plugin: plugin.id, message, fields: fields && JSON.stringify(fields).slice(0, maximumFieldsLength) })
      return null
    },
  }),
]
