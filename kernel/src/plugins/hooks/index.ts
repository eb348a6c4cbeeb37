export { createBreaker, type Breaker } from './breaker.ts'
export { compileFilter, type Filter, type FilterSubject } from './filter.ts'
export { createHooks, type PluginHooks } from './hooks.ts'
