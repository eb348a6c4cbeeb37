export { faultOfWebCode } from './fault-of-web.ts'
export { createWebParts, type WebParts } from './web-parts.ts'
