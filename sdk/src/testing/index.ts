export { GuestFailure } from './guests.ts'
export type { TestClock } from './test-clock.ts'
export { createTestPlugin, type Asking, type TestPlugin, type TestPluginOptions } from './test-plugin.ts'
export type { Fault, RecordedCall } from './test-server.ts'
