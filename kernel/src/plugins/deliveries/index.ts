export { createDeliveries, type Attempt, type Deliveries, type DeliveryKind } from './deliveries.ts'
