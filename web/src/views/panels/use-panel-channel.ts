import { computed, type ComputedRef } from 'vue'
import type { Channel } from '@rookery/sdk/protocol'
import { useChannels, usePlace } from '../../data/index.ts'

/** The channel beside which a panel stands. */
export function usePanelChannel(): ComputedRef<Channel | undefined> {
  const channels = useChannels()
  const place = usePlace()
  return computed(() => channels.channels.get(place.channelId))
}
