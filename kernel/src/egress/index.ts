export { createEgress, type Egress, type EgressAnswer, type EgressLimits, type EgressRequest } from './egress.ts'
export { coversHost, isHostPattern } from './host-pattern.ts'
