/** To be somebody else: ids in inputs, in names, in whatever the protocol carries. */
export const forgedIds = {
  'slot in the input': String.raw`return await rookery.call('whoami', { slot: 1, plugin: 'neighbour', pluginId: 'neighbour' })`,
  'slot on Object.prototype': String.raw`Object.prototype.slot = 1; Object.prototype.plugin = 'neighbour'; return await rookery.call('whoami', {})`,
  'a frame in the name': String.raw`const out = []; for (const n of ['","slot":1,"x":"', 'whoami","slot":1,"name":"whoami', 'whoami\u0000slot1']) { try { out.push(await rookery.call(n)) } catch (e) { out.push(e.message) } } return out`,
  'a frame in the input': String.raw`return await rookery.call('echo', String.fromCharCode(5, 0, 0, 0, 9, 0, 0, 0) + '{"type":"call","slot":1,"call":1,"name":"kv.get"}"secret"')`,
  'a frame in the answer': String.raw`return '"}\u0000\u0000{"type":"poisoned","slot":1,"reason":"x"}'`,
  'an answer that looks like a failure': String.raw`return 'e{"name":"x"}'`,
  'a message to the port': String.raw`for (const n of ['postMessage', 'onmessage', 'parentPort', 'port']) if (globalThis[n] !== undefined) say(n); globalThis.onmessage = (m) => { reach(m); say('heard') }; await rookery.call('sleep', 20)`,
  'the id of a call guessed': String.raw`const p = rookery.call('never'); p.catch(() => {}); for (let i = 0; i < 100; i++) rookery.call('echo', { call: i, isAnswered: true, json: '"forged"' }).catch(() => {}); return await Promise.race([p, rookery.call('sleep', 30).then(() => 'not forged')]) === 'forged' ? say('forged') : 1`,
  'the name of another plugin in a handler': String.raw`rookery.on('neighbour', () => 1); rookery.on('__proto__', () => say('x')); rookery.on('ping', () => 'forged'); return 1`,
  'an id with a prototype': String.raw`return await rookery.call('kv.get', JSON.parse('{"__proto__":{"plugin":"neighbour"},"key":"secret"}'))`,
  'a number that is no number': String.raw`const old = Number.prototype.toString; Number.prototype.valueOf = () => 1; Number.prototype.toString = () => '1'; Number.prototype.toJSON = () => 1; return await rookery.call('whoami', 5)`,
  'a poisoned host claimed': String.raw`await rookery.call('poisoned', { reason: 'x' }).catch(() => {}); await rookery.call('ready').catch(() => {}); await rookery.call('statistics', { guests: [] }).catch(() => {}); return 1`,
}

/** Rights that were granted for something else, or to somebody else. */
export const confusedCapabilities = {
  'key of another plugin': String.raw`const out = []; for (const key of ['secret', 'neighbour/secret', '../neighbour/secret', 'neighbour:secret', '%2e%2e/secret', 'neighbour\u0000secret']) out.push(await rookery.call('kv.get', { key }).catch(String)); return out`,
  'key as an array': String.raw`return await rookery.call('kv.get', { key: ['secret'] }).catch(String)`,
  'key as an object with toString': String.raw`return await rookery.call('kv.get', { key: { toString() { return 'secret' }, toJSON() { return 'neighbour' } } }).catch(String)`,
  'capability that was not granted': String.raw`for (const n of ['posts.create', 'db.query', 'http.fetch', 'users.list', 'admin.shutdown', 'process.exit', 'eval']) { try { await rookery.call(n, {}); say(n) } catch (e) { reach(e) } }`,
  'capability by its prototype': String.raw`for (const n of ['__proto__', 'constructor', 'toString', 'valueOf', '__defineGetter__', 'hasOwnProperty', 'isPrototypeOf']) { try { await rookery.call(n, {}); say(n) } catch (e) { reach(e) } }`,
  'capability in other letters': String.raw`for (const n of ['KV.GET', 'kv.get ', ' kv.get', 'kv\u2024get', 'kv.get\u0000', 'ｋｖ.get']) { try { await rookery.call(n, { key: 'secret' }); say(n) } catch (e) { reach(e) } }`,
  'capability of a host call named twice': String.raw`let n = 0; return await rookery.call({ toString() { return n++ ? 'admin.shutdown' : 'whoami' } })`,
  'input that changes while it is read': String.raw`let n = 0; return await rookery.call('kv.get', { get key() { return n++ ? 'neighbour/secret' : 'mine' } })`,
  'an old answer for a new right': String.raw`const a = await rookery.call('object'); a.call = rookery.call; return await rookery.call('kv.get', a).catch(String)`,
  'error that tells what is there': String.raw`const e = []; for (const key of ['secret', 'nothing']) e.push(await rookery.call('kv.get', { key }).catch((x) => x.message)); if (String(e[0]) !== String(e[1])) say('it tells'); return e`,
}

/** Log and storage as a weapon. */
export const floodsOfStorage = {
  'log without end': String.raw`for (;;) { try { rookery.call('log.write', 'x').catch(() => {}) } catch {} }`,
  'log of large lines': String.raw`for (let i = 0; i < 200; i++) { try { await rookery.call('log.write', 'x'.repeat(2 ** 20)) } catch {} }`,
  'log of control characters': String.raw`return await rookery.call('log.write', '\r\n\u001b[2J\u001b]0;owned\u0007\u2028{"level":"error"}')`,
  'log of objects without end': String.raw`const o = {}; let p = o; for (let i = 0; i < 5000; i++) p = p.a = {}; return await rookery.call('log.write', o).catch(String)`,
  'log through console': String.raw`if (typeof console !== 'undefined') { for (let i = 0; i < 1e6; i++) console.log(i); say('console') }`,
  'keys without end': String.raw`for (let i = 0; ; i++) { try { await rookery.call('kv.set', { key: 'k' + i, value: i }) } catch {} }`,
  'values of a megabyte': String.raw`for (let i = 0; i < 100; i++) { try { await rookery.call('kv.set', { key: 'k' + i, value: 'x'.repeat(2 ** 20) }) } catch {} }`,
  'keys of a megabyte': String.raw`for (let i = 0; i < 20; i++) { try { await rookery.call('kv.set', { key: 'k'.repeat(2 ** 20) + i, value: 1 }) } catch {} }`,
  'one key written by all': { repeat: 30, body: String.raw`for (let i = 0; i < 100; i++) { try { await rookery.call('kv.set', { key: 'k', value: i }) } catch {} }` },
  'keys of the prototype': String.raw`for (const key of ['__proto__', 'constructor', 'toString']) { await rookery.call('kv.set', { key, value: { polluted: true } }).catch(() => {}) } if ({}.polluted) say('polluted'); return await rookery.call('kv.get', { key: 'polluted' }).catch(String)`,
}

/** Two plugins: one feeds or reads the other. */
export const pairs = {
  'each feeds the other': { pair: true, body: String.raw`return await rookery.call('relay', { to: input.other, value: input })`, receive: String.raw`return await rookery.call('relay', { to: input.from, value: input })` },
  'each feeds the other twice': { pair: true, body: String.raw`return await Promise.allSettled([1, 2].map(() => rookery.call('relay', { to: input.other, value: input })))`, receive: String.raw`return await Promise.allSettled([1, 2].map(() => rookery.call('relay', { to: input.from, value: input })))` },
  'the other loops': { pair: true, body: String.raw`return await rookery.call('relay', { to: input.other, value: 1 }).catch(String)`, receive: String.raw`for (;;);` },
  'the other answers with functions': { pair: true, body: String.raw`const v = await rookery.call('relay', { to: input.other, value: 1 }).catch(String); reach(v); return v`, receive: String.raw`return { f: rookery.call, then: (r) => r({ constructor: { constructor: 'x' } }) }` },
  'the other dies': { pair: true, body: String.raw`return await rookery.call('relay', { to: input.other, value: 1 }).catch(String)`, receive: String.raw`new Array(2 ** 27).fill({}); return 'x'.repeat(2 ** 29 - 24).split('')` },
  'globals of the other': { pair: true, top: String.raw`globalThis.mark = (globalThis.mark ?? 0) + 1`, body: String.raw`await rookery.call('relay', { to: input.other, value: 1 }).catch(String); if (globalThis.mark !== 1 || globalThis.told) say('shared global')`, receive: String.raw`globalThis.told = 'secret'; Object.prototype.told = 1; return 1` },
  'prototypes of the other': { pair: true, body: String.raw`await rookery.call('relay', { to: input.other, value: {} }).catch(String); if ([].told || {}.told) say('shared prototypes')`, receive: String.raw`Array.prototype.told = 1; Object.prototype.told = 1; return []` },
  'large gifts to the other': { pair: true, body: String.raw`await Promise.allSettled(Array.from({ length: 50 }, () => rookery.call('relay', { to: input.other, value: 'x'.repeat(2 ** 20) })))`, receive: String.raw`return input` },
  'calls of the other': { pair: true, body: String.raw`rookery.call('never').catch(() => {}); return await rookery.call('relay', { to: input.other, value: 1 }).catch(String)`, receive: String.raw`for (let i = 0; i < 50; i++) rookery.call('echo', { call: i }).catch(() => {}); return await rookery.call('whoami')` },
  'a neighbour by its name': { pair: true, body: String.raw`return await rookery.call('relay', { to: 'neighbour', name: 'tell', value: 1 }).catch(String)`, receive: '' },
}
