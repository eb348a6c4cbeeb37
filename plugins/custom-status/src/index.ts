import { definePlugin } from '@rookery/sdk/plugin'
import manifest from '../plugin.json' with { type: 'json' }
import { clearStatus, expireStatus, setStatus } from './present.ts'
import { listRecent, removeRecent } from './recent.ts'
import { runStatusCommand } from './status-command.ts'

definePlugin(manifest, (plugin) => {
  plugin.provide('customStatus.set', ({ userId, ...said }, context) => setStatus(userId, said, context))
  plugin.provide('customStatus.clear', async ({ userId }, context) => {
    await clearStatus(userId, context)
    return {}
  })
  plugin.provide('customStatus.listRecent', ({ userId }, context) => listRecent(userId, context))
  plugin.provide('customStatus.removeRecent', async ({ userId, ...said }, context) => {
    await removeRecent(userId, said, context)
    return {}
  })

  plugin.job('expire', {}, ({ key: userId }, context) => expireStatus(userId, context))

  plugin.command('status', {
    description: 'Say what you are doing', hint: '[:emoji:] [words], or clear',
    arguments: [{ kind: 'text', hint: '[:emoji:] [words]', description: 'An emoji and a few words, or clear' }],
  }, runStatusCommand)

  plugin.webPart('status', { slot: 'account', title: 'Custom status', icon: 'smile' })

  plugin.lifecycle({ eraseUser: (userId, context) => clearStatus(userId, context) })
})
