import { pluginChanged, settingsChanged } from '@rookery/sdk/protocol'
import { message, tell, type Encoder } from './message.ts'

/** `clientConfig` tells what clients may know of the settings as they are now. */
export const systemEvents = ({ clientConfig }: { clientConfig: () => Readonly<Record<string, string>> }): readonly Encoder[] => [
  tell(settingsChanged, () => [message('config_changed', { config: clientConfig() }, {})]),
  // Whether there are commands and custom statuses stands there too.
  tell(pluginChanged, () => [message('config_changed', { config: clientConfig() }, {})]),
]
