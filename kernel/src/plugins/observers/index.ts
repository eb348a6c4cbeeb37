export { createObservers, type Observers } from './observers.ts'
