/** Work that goes on when it should have ended. */
export const lateWork = {
  'host calls after the answer': String.raw`(async () => { for (;;) await rookery.call('sleep', 5) })(); return 1`,
  'loop after the answer': String.raw`(async () => { await rookery.call('sleep', 1); for (;;); })(); return 1`,
  'microtasks after the answer': String.raw`(async () => { await rookery.call('sleep', 1); for (;;) await null })(); return 1`,
  'loop in the answer of a call': String.raw`await rookery.call('sleep', 1); for (;;);`,
  'never settles': String.raw`return new Promise(() => {})`,
  'never settles, and asks meanwhile': String.raw`for (;;) await rookery.call('sleep', 1)`,
  'rejections that nobody hears': String.raw`for (let i = 0; i < 1e5; i++) Promise.reject(new Error('x' + i))`,
  'rejections with null': String.raw`for (let i = 0; i < 1e4; i++) Promise.reject(null); await Promise.reject(undefined)`,
  'rejections that breed': String.raw`const f = () => { Promise.reject(1).catch(() => { f(); throw 2 }) }; f(); f(); await new Promise(() => {})`,
  'rejections after the end': String.raw`rookery.call('sleep', 10).then(() => { for (let i = 0; i < 1e4; i++) Promise.reject(i) }); return 1`,
  'async iterator without end': String.raw`for await (const x of (async function* () { for (;;) yield 1 })()) ;`,
  'handlers replaced while they run': String.raw`rookery.on('attack', () => { say('never asked again') }); rookery.on('ping', () => { for (;;); }); return 1`,
  'settles twice': String.raw`let r; const p = new Promise((a) => { r = a }); rookery.call('sleep', 1).then(() => { r(1); r(2) }); r(3); return p`,
}

/** Calls into the host: too many, too deep, at the wrong time. */
export const hostCalls = {
  'a flood that nobody awaits': String.raw`for (let i = 0; i < 1e6; i++) { try { rookery.call('echo', i).catch(() => {}) } catch {} }`,
  'a flood that is awaited': String.raw`for (let i = 0; i < 1e5; i++) { try { await rookery.call('echo', i) } catch {} }`,
  'a flood that never answers': String.raw`for (let i = 0; i < 1e5; i++) { try { rookery.call('never', i).catch(() => {}) } catch {} } await new Promise(() => {})`,
  'a flood of large inputs': String.raw`const s = 'x'.repeat(2 ** 20); for (let i = 0; i < 1000; i++) { try { rookery.call('never', s).catch(() => {}) } catch {} }`,
  'a flood of large answers': String.raw`await Promise.allSettled(Array.from({ length: 100 }, () => rookery.call('large')))`,
  're-entry by toJSON': String.raw`const v = { n: 0, toJSON() { if (v.n++ < 1000) { try { rookery.call('echo', v).catch(() => {}) } catch {} } return v.n } }; return await rookery.call('echo', v)`,
  're-entry by toString of the name': String.raw`let n = 0; const name = { toString() { if (n++ < 1000) { try { rookery.call(name).catch(() => {}) } catch {} } return 'whoami' } }; return await rookery.call(name)`,
  're-entry by a getter of the answer': String.raw`Object.defineProperty(Object.prototype, 'resolve', { set(v) { reach(v); rookery.call('whoami').catch(() => {}) }, configurable: true }); return await rookery.call('object')`,
  're-entry by setters on the index': String.raw`for (let i = 0; i < 50; i++) Object.defineProperty(Object.prototype, i, { set(v) { reach(v); say('saw the table of calls') }, get() { return { resolve: say, reject: say } }, configurable: true }); return await rookery.call('whoami')`,
  'names of every kind': String.raw`const heard = []; for (const n of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '\u0000', '../escaped', 'whoami\n', ' whoami']) { try { heard.push(await rookery.call(n)) } catch (e) { reach(e) } } return heard`,
  'inputs that cannot be JSON': String.raw`const c = {}; c.c = c; for (const v of [c, 1n, { toJSON() { throw 1 } }, Symbol('x')]) { try { await rookery.call('echo', v) } catch (e) { reach(e) } }`,
  'a call while the module runs': { top: String.raw`rookery.call('whoami').then(reach, reach); for (let i = 0; i < 1e4; i++) { try { rookery.call('never').catch(() => {}) } catch {} }`, body: String.raw`return await rookery.call('whoami').catch(String)` },
  'thirty-two invocations that hang': { repeat: 40, body: String.raw`await rookery.call('never')` },
}

/** The thread for oneself. */
export const cpuFloods = {
  'loop': String.raw`for (;;);`,
  'loop while the module runs': { top: String.raw`for (;;);`, body: '' },
  'loop in a handler of another name': { top: String.raw`rookery.on('echo', () => { for (;;); })`, body: String.raw`for (;;) Math.random()` },
  'loop of microtasks': String.raw`const f = () => Promise.resolve().then(f); f(); await new Promise(() => {})`,
  'loop in a getter of a thrown value': String.raw`throw { get message() { for (;;); } }`,
  'loop in toJSON': String.raw`return { toJSON() { for (;;); } }`,
  'loop in a thenable': String.raw`return { then() { for (;;); } }`,
  'loop in a proxy trap of the answer': String.raw`return new Proxy({}, { ownKeys() { for (;;); } })`,
  'loop in a sort': String.raw`[3, 2, 1].sort(() => { for (;;); })`,
  'loop in a replace function': String.raw`'abc'.replace(/b/, () => { for (;;); })`,
  'loop in the background, slowly': String.raw`(async () => { for (;;) { await rookery.call('sleep', 1).catch(() => {}); const end = Date.now() + 50; while (Date.now() < end); } })(); return 1`,
  'loop under cover of many invocations': { repeat: 20, body: String.raw`const end = Date.now() + 200; while (Date.now() < end); return 1` },
  'timers': String.raw`for (const n of ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask']) if (globalThis[n]) say(n); await Promise.all(Array.from({ length: 1000 }, () => rookery.call('sleep', 1).catch(() => {})))`,
  'finally that swallows the end': String.raw`const f = () => { try { for (;;); } finally { f() } }; f()`,
  'catch that swallows the end': String.raw`for (;;) { try { for (;;); } catch {} }`,
  'generator that swallows the end': String.raw`function* g() { for (;;) { try { yield 1 } finally { continue } } } for (const x of g()) ;`,
}
