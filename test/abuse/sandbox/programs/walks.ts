/** From any object at hand to the realm it came from. */
export const prototypeWalks = {
  'constructor of a function': String.raw`reach(rookery.call); reach(rookery.on)`,
  'constructor of an answer': String.raw`reach(await rookery.call('whoami')); reach(await rookery.call('object'))`,
  'constructor of a promise': String.raw`const p = rookery.call('whoami'); reach(p); reach(p.then); await p`,
  'constructor of an error of the host': String.raw`try { await rookery.call('fail') } catch (e) { reach(e); reach(e.constructor); for (const k of Reflect.ownKeys(e)) reach(e[k]) }`,
  'constructor of the input': String.raw`reach(input); for (const v of Object.values(input)) reach(v)`,
  'caller and callee': String.raw`function f() { return [f.caller, arguments.callee, f.arguments] } for (const v of f()) reach(v); try { reach((() => { return eval('arguments') })()) } catch {}`,
  'prototype chain to the end': String.raw`for (let v = rookery.call; v; v = Object.getPrototypeOf(v)) for (const k of Reflect.ownKeys(v)) { try { reach(v[k]) } catch {} }`,
  'global of an indirect eval': String.raw`const g = (0, eval)('this'); if (g !== globalThis) say('another global'); for (const k of Reflect.ownKeys(g)) { try { reach(g[k]) } catch {} }`,
  'generator and async function constructors': String.raw`for (const f of [function* () {}, async function () {}, async function* () {}]) { const C = f.constructor; try { const v = C('return typeof process + typeof require')(); const r = v.next ? await v.next().value : await v; if (String(r.value ?? r).includes('object')) say('process') } catch {} }`,
  'this of a sloppy function': String.raw`const f = new Function('return this'); if (f.call(undefined) !== globalThis) say('another this'); reach(f.call(null))`,
  'polluted Object.prototype seen by the host': String.raw`Object.prototype.isAnswered = true; Object.prototype.slot = 0; Object.prototype.toJSON = function () { return { escaped: Object.keys(this) } }; return await rookery.call('whoami')`,
  'polluted Array.prototype while calling': String.raw`Array.prototype[Symbol.iterator] = function* () { for (let i = 0; i < this.length; i++) { reach(this[i]); yield this[i] } }; Array.prototype[0] = 'x'; return await rookery.call('whoami', [1])`,
  'Function.prototype taken over': String.raw`Function.prototype.call = function (...w) { reach(this); reach(w[0]); return 1 }; Function.prototype.apply = Function.prototype.call; Function.prototype.bind = Function.prototype.call; return await rookery.call('object')`,
  'dynamic import': String.raw`for (const m of ['node:fs', 'fs', 'node:child_process', 'isolated-vm', './worker.ts', 'file:///etc/passwd', 'data:text/javascript,export default 1']) { try { const x = await import(m); say('imported ' + m); reach(x) } catch {} }`,
  'names of Node': String.raw`for (const n of ['process', 'require', 'module', 'exports', 'Buffer', 'global', 'fetch', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'structuredClone', 'performance', 'navigator', 'Worker', 'MessageChannel', 'postMessage', 'ivm', 'Deno', 'load', 'print', 'quit', 'd8', 'gc']) { let t; try { t = (0, eval)('typeof ' + n) } catch {} if (t !== 'undefined') say(n) }`,
}

/** What stack traces and their hooks give away. */
export const stackTraces = {
  'prepareStackTrace assigned': String.raw`let seen = 0; try { Error.prepareStackTrace = (e, frames) => { seen++; for (const f of frames) { reach(f.getThis?.()); reach(f.getFunction?.()) } return frames } } catch {} const s = new Error('x').stack; if (typeof s !== 'string') say('frames'); return s`,
  'prepareStackTrace defined': String.raw`try { Object.defineProperty(Error, 'prepareStackTrace', { value: (e, f) => f }); say('defined') } catch {} return new Error('x').stack`,
  'prepareStackTrace deleted': String.raw`if (delete Error.prepareStackTrace) { Error.prepareStackTrace = (e, f) => { f.forEach((x) => reach(x.getThis())); return f } } if (typeof new Error('y').stack !== 'string') say('frames')`,
  'prepareStackTrace of other errors': String.raw`for (const E of [TypeError, RangeError, SyntaxError, AggregateError, EvalError]) { try { E.prepareStackTrace = (e, f) => { say('frames of ' + E.name); return f } } catch {} try { throw new E('z') } catch (e) { if (typeof e.stack !== 'string') say('not text') } }`,
  'captureStackTrace on the realm': String.raw`const o = {}; Error.captureStackTrace(o, rookery.call); return o.stack`,
  'stack of an error of the host': String.raw`try { await rookery.call('fail') } catch (e) { return [e.stack, e.message, String(e), JSON.stringify(e), Object.getOwnPropertyNames(e)] }`,
  'stack inside a host callback': String.raw`try { await rookery.call({ toString() { throw new Error(new Error('in').stack) } }) } catch (e) { return e.message }`,
  'stack of a stack overflow': String.raw`const f = () => f(); try { f() } catch (e) { return [e.stack, e.message] }`,
  'stack of an overflow in the door': String.raw`const f = (n) => { try { f(n + 1) } catch (e) { try { rookery.call('whoami', { n }) } catch (x) { reach(x); return x.stack } } }; return f(0)`,
  'a longer stackTraceLimit': String.raw`try { Error.stackTraceLimit = Infinity } catch {} const deep = (n) => (n ? deep(n - 1) : new Error('deep').stack); const s = deep(100); if (s.split('\n').length > 20) say('limit'); return s`,
  'a getter named stack': String.raw`const e = new Error('x'); Object.defineProperty(e, 'stack', { get() { reach(this); return new Error('again').stack } }); throw e`,
  'wrong names for the door': String.raw`const out = []; for (const n of ['', 'x'.repeat(1e6), Symbol.iterator, null, { toString: null }]) { try { await rookery.call(n) } catch (e) { reach(e); out.push(String(e.stack).slice(0, 500)) } } return out`,
  'async stack across the host': String.raw`const a = async () => { await rookery.call('whoami'); throw new Error('later') }; try { await a() } catch (e) { return e.stack }`,
}

/** Values whose reading runs code, handed to the host. */
export const activeValues = {
  'getter on the answer': String.raw`return { get a() { reach(this); return arguments.callee.caller && say('caller') || 1 } }`,
  'proxy as the answer': String.raw`return new Proxy({}, { get(t, k, r) { reach(r); return k === 'toJSON' ? undefined : 1 }, ownKeys() { return ['a'] }, getOwnPropertyDescriptor() { return { enumerable: true, configurable: true, value: 1 } } })`,
  'thenable as the answer': String.raw`return { then(resolve, reject) { reach(resolve); reach(reject); resolve({ then: (r) => { reach(r); r('twice') } }); resolve('again'); reject('both') } }`,
  'thenable that never ends': String.raw`const t = { then(r) { r(t) } }; return t`,
  'thenable that throws late': String.raw`return { then(r, j) { r(1); throw new Error('late') } }`,
  'toJSON that returns functions': String.raw`return { toJSON() { return { toJSON() { return rookery.call } } } }`,
  'toJSON that calls the host': String.raw`return { toJSON() { rookery.call('whoami').then(reach); return 1 } }`,
  'throws a proxy': String.raw`throw new Proxy({}, { get(t, k) { if (k === 'name') throw 1; reach(t); return () => 'x'.repeat(1e5) } })`,
  'throws null, then a getter that loops': String.raw`throw { get name() { for (;;); } }`,
  'throws null': String.raw`throw null`,
  'throws a revoked proxy': String.raw`const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy`,
  'rejects with a thenable': String.raw`return Promise.reject({ then(r) { reach(r); r('x') }, get message() { return { toString() { return 'm'.repeat(1e6) } } } })`,
  'species of a promise': String.raw`class Mine extends Promise { static get [Symbol.species]() { return function (f) { f((v) => { reach(v) }, (v) => { reach(v) }); return {} } } } return Mine.resolve(1)`,
  'constructor of Promise taken over': String.raw`Promise.prototype.constructor = function (f) { reach(f); f(reach, reach) }; Object.defineProperty(Promise.prototype, 'then', { value(a, b) { reach(a); reach(b); return a ? a('forged') : 1 } }); return await rookery.call('whoami')`,
  'JSON taken over': String.raw`JSON.stringify = (v) => { reach(v); return '"forged' }; JSON.parse = (v) => { reach(v); return { isAnswered: true } }; globalThis.JSON = null; return await rookery.call('whoami', { a: 1 })`,
  'an answer that is not JSON': String.raw`return [undefined, () => 1, Symbol('x'), NaN, { toJSON: () => undefined }]`,
}

/** References into or out of the isolate. */
export const leakingReferences = {
  'ivm in reach': String.raw`for (const n of ['ivm', 'isolated', 'isolate', 'Reference', 'ExternalCopy', 'Callback', '_ivm', '$0', '$1', 'send', 'boot', 'settle', 'invoke']) { let v; try { v = (0, eval)(n) } catch {} if (v !== undefined) say(n) }`,
  'closure of the boot code': String.raw`return [rookery.call.toString(), rookery.on.toString()].map((s) => s.includes('/') && s.includes('file:') ? say('path') : s.length)`,
  'arguments of the door': String.raw`try { say(rookery.call.arguments && 'arguments') } catch {} try { if (rookery.call.caller) say('caller') } catch {}`,
  'replace the door': String.raw`try { rookery.call = () => 1; if (rookery.call() === 1) say('replaced') } catch {} try { Object.defineProperty(globalThis, 'rookery', { value: 1 }); say('redefined') } catch {} try { delete globalThis.rookery; if (typeof rookery === 'undefined') say('deleted') } catch {}`,
  'prototype of the door': String.raw`try { Object.setPrototypeOf(rookery, { x: 1 }); say('prototype') } catch {} if (Object.getPrototypeOf(rookery) !== null) say('has a prototype')`,
  'call on another receiver': String.raw`for (const t of [null, {}, globalThis, new Proxy({}, { get: (o, k) => { reach(o) } })]) { try { reach(await Reflect.apply(rookery.call, t, ['whoami'])) } catch (e) { reach(e) } }`,
  'new on the door': String.raw`try { reach(Reflect.construct(rookery.call, ['whoami'])) ; say('constructed') } catch (e) { reach(e) } try { reach(Reflect.construct(Object, [], rookery.call)) } catch (e) { reach(e) }`,
  'host values keep identity': String.raw`const a = await rookery.call('object'); a.secret = 1; const b = await rookery.call('object'); if (b.secret || a === b) say('shared')`,
  'answers frozen by another': String.raw`const a = await rookery.call('object'); Object.freeze(a); Object.setPrototypeOf(Object.getPrototypeOf(a).constructor, null); return await rookery.call('object')`,
  'state between two invocations of another name': String.raw`globalThis.left ??= input; if (left.secret) say('another plugin'); return Object.keys(globalThis)`,
  'symbols of the global registry': String.raw`for (const k of ['nodejs.util.inspect.custom', 'rookery', 'ivm', 'nodejs.rejection']) { const s = Symbol.for(k); for (const v of [globalThis, rookery.call, rookery]) { if (v[s] !== undefined) say(k) } } return { [Symbol.for('nodejs.util.inspect.custom')]() { return 'x' } }`,
  'WeakRef and FinalizationRegistry': String.raw`if (typeof WeakRef !== 'undefined' || typeof FinalizationRegistry !== 'undefined') say('code after the end')`,
}
