import { defineStore } from 'pinia'
import { panelsList, panelsOpen, panelsPress, type Blocks, type InputOf, type OutputOf, type PluginPanel } from '@rookery/sdk/protocol'
import { useServer } from './client.ts'
import { useInteractiveDialogs } from './interactive-dialogs.ts'

/** What plugins show beside channels. Nothing of it is kept: a plugin is asked each time. */
export const usePluginPanels = defineStore('pluginPanels', () => {
  const { client } = useServer()
  const dialogs = useInteractiveDialogs()
  const list = (channelId: string): Promise<readonly PluginPanel[]> => client.run(panelsList, { channelId })
  const open = (panel: InputOf<typeof panelsOpen>): Promise<OutputOf<typeof panelsOpen>> => client.run(panelsOpen, panel)
  /** Answers what the panel shows from now on, where that changes. A dialog that comes of it belongs to this page. */
  const press = async (channelId: string, pressed: InputOf<typeof panelsPress>): Promise<Blocks | null> => {
    const { triggerId, blocks } = await client.run(panelsPress, pressed)
    dialogs.expect(triggerId, channelId)
    return blocks
  }
  return { list, open, press }
})
