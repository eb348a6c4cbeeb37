export { createPersonalData } from './personal-data.ts'
