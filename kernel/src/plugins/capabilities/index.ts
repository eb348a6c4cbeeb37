export { capabilityMethod, type CapabilityCall, type CapabilityMethod } from './capability-method.ts'
export { createCapabilities, type Capabilities } from './capabilities.ts'
export { createLogMethods } from './log.ts'
