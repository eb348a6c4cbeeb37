import type { PluginContext } from '@rookery/sdk/plugin'
import type manifest from '../plugin.json'

export type Context = PluginContext<typeof manifest>
