export { createAudit, type Audit } from './audit.ts'
