import { allow, definePlugin } from '@rookery/sdk/plugin'
import manifest from '../plugin.json' with { type: 'json' }

definePlugin(manifest, (plugin) => {
  plugin.transform('posts.create', { needs: ['message', 'channelId'] }, () => null)
  plugin.guard('posts.create', { needs: ['message', 'channelId'], onFailure: 'open' }, () => allow)
})
