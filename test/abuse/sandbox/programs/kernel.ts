/**
 * What a plugin tries against the kernel itself, through the calls that it has. Each is the body of a route's handler: `ask`
 * makes calls and answers a code, or 'done', for each, `find` says 'nothing' of what is not there besides; `other` is the body
 * of the request. `done` is how many may be done
 * (none, where it is left out): what a limit lets through before it holds.
 */
export interface KernelProgram {
  readonly body: string
  readonly done?: number
}

type Programs = Readonly<Record<string, KernelProgram>>

const many = (count: number, wish: string): string => `const told = []; for (let at = 0; at < ${count / 50}; at++) told.push(...await ask(...Array.from({ length: 50 }, (_each, index) => { const number = at * 50 + index; return ${wish} }))); return told`

export const confusedCapabilities: Programs = {
  'asks for what it was not given': { body: `return ask(['users.list', {}], ['channels.get', { channelId: other.channelId }], ['teams.get', { teamId: other.teamId }], ['channelMembers.list', { channelId: other.channelId }], ['posts.delete', { postId: other.postId }])` },
  'acts as the one who asked it': { body: `return ask(['posts.create', { channelId: other.channelId, message: 'I am Ada' }, true], ['posts.get', { postId: other.postId }, true])` },
  'is an admin': { body: `return ask(['plugins.enable', { pluginId: 'victim', consent: [] }], ['plugins.disable', { pluginId: 'victim' }], ['plugins.uninstall', { pluginId: 'victim', data: 'purge' }], ['config.update', { settings: {} }], ['users.updateRoles', { userId: other.userId, roles: ['system_admin'] }], ['sessions.list', { userId: other.userId }])` },
  'gives itself what it lacks': { body: `return ask(['plugins.setGrants', { pluginId: 'attacker', granted: { 'act-as-user': {} } }], ['plugins.setBinding', { pluginId: 'attacker', binding: { scope: 'server' } }], ['plugins.setHook', { pluginId: 'victim', kind: 'guard', operation: 'posts.create' }])` },
  'writes where nobody asked it in': { body: `return ask(['posts.create', { channelId: other.directId, message: 'spam' }], ['channels.createDirect', { userIds: [other.userId] }], ['channels.createGroup', { userIds: [other.userId, other.otherId] }])` },
  'writes in somebody else’s name': { body: `return ask(['posts.create', { channelId: other.channelId, message: 'spam', userId: other.userId }], ['posts.create', { channelId: other.channelId, message: 'spam', type: 'system_join_channel' }])` },
  'names what reaches a prototype': { body: `return [...await ask(['__proto__', {}], ['constructor', {}], ['toString', {}], ['kv.__proto__', {}], ['posts.constructor', {}]), ...await ask(['kv.set', JSON.parse('{"key":"x","value":1,"__proto__":{"isAdmin":true}}')])]` },
  'is where it is not at work': { body: `return ask(['kv.set', { key: 'x', value: 1, pluginId: 'victim' }], ['settings.get', { pluginId: 'victim' }], ['secrets.get', { name: 'key', pluginId: 'victim' }])` },
}

export const forgedIds: Programs = {
  'speaks in every other invocation': { body: `const told = []; for (let id = 1; id < 80; id++) if (String(id) !== envelope.invocation) told.push(...await askIn(String(id), ['kv.set', { key: 'forged', value: id }])); return told` },
  'speaks in steps of chains': { body: `const told = []; for (let id = 1; id < 20; id++) for (const step of ['0', '1', '00', '0.0', '-1', '1e0']) told.push(...await askIn(id + '.' + step, ['kv.set', { key: 'forged', value: id }])); return told` },
  'speaks when it is over': { body: `return askIn(other.past, ['kv.set', { key: 'forged', value: 1 }])` },
  'shows mandates that nobody gave': { body: `const told = []; for (const mandate of ['', 'x', 'x'.repeat(5000), '../x', other.userId]) told.push(...await rookery.call('calls', { invocation: envelope.invocation, calls: [{ name: 'posts.get', input: { postId: other.postId }, asActor: false, mandate }] }).then(codes, fail)); return told` },
  'is somebody else': { body: `return rookery.call('calls', { invocation: envelope.invocation, plugin: 'victim', pluginId: 'victim', slot: 1, calls: [{ name: 'kv.get', input: { key: 'secret' }, asActor: false, plugin: 'victim' }] }).then(codes, fail)` },
  'counts on ids of others’ rows': { body: `return ask(['posts.get', { postId: other.privatePostId }], ['posts.update', { postId: other.postId, message: 'changed' }], ['posts.update', { postId: other.privatePostId, message: 'changed' }], ['posts.get', { postId: 'x'.repeat(26) }])` },
  'calls what is no call': { body: `const told = []; for (const [name, input] of [['calls', null], ['calls', []], ['calls', { invocation: envelope.invocation }], ['calls', { invocation: envelope.invocation, calls: {} }], ['calls', { invocation: {}, calls: [] }], ['load', {}], ['', {}], ['calls', 'x']]) told.push(await rookery.call(name, input).then((value) => (Array.isArray(value) && value.length === 0 ? 'nothing' : 'done'), ({ code }) => code)); return told` },
  'asks for a thousand at once': { body: `return rookery.call('calls', { invocation: envelope.invocation, calls: Array.from({ length: 1000 }, () => ({ name: 'kv.set', input: { key: 'x', value: 1 }, asActor: false })) }).then(codes, fail)` },
}

export const floods: Programs = {
  'of log lines': { body: many(150, `['log.write', { level: 'info', message: 'line ' + number }]`), done: 100 },
  'of a log line': { body: `return ask(['log.write', { level: 'info', message: 'x'.repeat(1e6) }], ['log.write', { level: 'shout', message: 'x' }], ['log.write', { level: 'info', message: 'x', fields: 'x'.repeat(1e6) }])` },
  'of values': { body: many(150, `['kv.set', { key: 'many ' + number, value: 'x' }]`), done: 20 },
  'of one value': { body: `return ask(['kv.set', { key: 'large', value: 'x'.repeat(3e5) }], ['kv.set', { key: 'x'.repeat(300), value: 1 }])` },
  'of secrets': { body: many(150, `['secrets.set', { name: 'name' + number, value: 'x' }]`), done: 100 },
  'of files': { body: `const told = []; for (let number = 0; number < 4; number++) told.push(...await ask(['ownFiles.put', { name: 'file' + number, body: 'x'.repeat(4e5) }])); return [...told, ...await ask(['ownFiles.put', { name: 'large', body: 'x'.repeat(3e6) }])]`, done: 2 },
  'of posts': { body: many(50, `['posts.create', { channelId: other.channelId, message: 'flood' }]`), done: 10 },
  'of events': { body: many(150, `['realtime.publish', { event: 'noticed', payload: {}, audience: { channelId: other.channelId } }]`), done: 100 },
  'of a large event': { body: `return ask(['realtime.publish', { event: 'noticed', payload: { text: 'x'.repeat(2e4) }, audience: { channelId: other.channelId } }], ['realtime.publish', { event: 'posted', payload: {}, audience: { channelId: other.channelId } }])` },
  'of calls': { body: many(400, `['random.id', {}]`), done: 200 },
}

export const pairs: Programs = {
  'asks the other without leave': { body: `return ask(['plugin_victim.tell', {}], ['plugin_victim.relay', {}])` },
  'reads the other’s values': { body: `return find(['kv.get', { key: 'secret' }], ['kv.get', { key: 'victim/secret' }], ['kv.get', { key: '../victim/secret' }], ['kv.get', { key: 'plugin_victim.secret' }])` },
  'keeps the other’s lease': { body: `return find(['kv.renewLease', { key: 'lease', fence: 1, ttlMs: 1000 }], ['kv.releaseLease', { key: 'lease', fence: 1 }])` },
  'reads the other’s secret': { body: `return find(['secrets.get', { name: 'key' }], ['secrets.sign', { name: 'key', text: 'x' }], ['secrets.get', { name: '../victim/key' }])` },
  'reads the other’s files': { body: `return find(['ownFiles.get', { name: 'note' }], ['ownFiles.get', { name: '../victim/note' }], ['ownFiles.get', { name: '/victim/note' }])` },
  'speaks in the other’s invocation': { body: `return askIn(other.victims, ['kv.set', { key: 'forged', value: 1 }])` },
  'shows the other’s mandate': { body: `return rookery.call('calls', { invocation: envelope.invocation, calls: [{ name: 'posts.create', input: { channelId: other.channelId, message: 'I am Ada' }, asActor: false, mandate: other.mandate }] }).then(codes, fail)` },
  'sends the other’s events': { body: `return ask(['realtime.publish', { event: 'custom_victim_told', payload: {}, audience: { channelId: other.channelId } }], ['realtime.publish', { event: 'told', payload: {}, audience: { channelId: other.channelId } }])` },
}
